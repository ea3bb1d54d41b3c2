"""Rules of certificates and of lists of revoked ones, with CAs made outside, by OpenSSL and by `cryptography`.

Reads {"port"} and writes {"right": how many things were found right, "wrong": what was not}.
"""

import datetime
import re
import subprocess
import tempfile
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from conversation import ask, check, say, tell

NOW = datetime.datetime.now(datetime.timezone.utc)
DAY = datetime.timedelta(days=1)


def refused(name, reply, code):
    check(f"{name}: {reply[:80]}", reply.startswith(f"[AOERRO;AM{code};"))


def name(common):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def der(thing):
    return thing.public_bytes(serialization.Encoding.DER).hex().upper()


def pem(thing):
    return thing.public_bytes(serialization.Encoding.PEM)


def usages(**given):
    names = "digital_signature content_commitment key_encipherment data_encipherment key_agreement".split()
    names += "key_cert_sign crl_sign encipher_only decipher_only".split()
    return x509.KeyUsage(**{usage: given.get(usage, False) for usage in names})


def certificate(subject, public, issuer, issuer_key, ca=None, length=None, usage=None):
    """A certificate for any public key; without basic constraints unless `ca` says what they are."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - DAY)
        .not_valid_after(NOW + 30 * DAY)
    )
    if ca is not None:
        builder = builder.add_extension(x509.BasicConstraints(ca, length), critical=True)
    if usage is not None:
        builder = builder.add_extension(usage, critical=True)
    return builder.sign(issuer_key, hashes.SHA256())


def root_of(subject, length=None, usage=None):
    key = rsa.generate_private_key(65537, 2048)
    return key, certificate(subject, key.public_key(), name(subject), key, True, length, usage)


def issued_below_a_ca_of_openssl():
    """OpenSSL names keys by SHA-1; what the HSM issues below must name the CA as its certificate does."""
    with tempfile.TemporaryDirectory() as folder:

        def openssl(*arguments):
            return subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, check=False).returncode == 0

        private = ask("RC", "[AOGRSA;RB2048;CZG;RA10001;]")
        request = ask("RU", f"[AOASYR;FS6;RC{private};RTsub CA;]")
        Path(folder, "sub.csr").write_bytes(bytes.fromhex(request))
        other = ask("RC", "[AOGRSA;RB2048;CZG;RA10001;]")
        request = ask("RU", f"[AOASYR;FS6;RC{other};RTbelow;]")
        new = "req -x509 -newkey rsa:2048 -nodes -keyout root.key -out root.pem -days 30 -subj /CN=root"
        check("a root by OpenSSL", openssl(*new.split(), "-addext", "keyUsage=critical,keyCertSign"))
        for form, identifier in (("hash", True), ("none", False)):
            constraints = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n"
            Path(folder, "ext").write_text(constraints + f"subjectKeyIdentifier={form}\nauthorityKeyIdentifier=keyid\n")
            sign = "x509 -req -inform DER -in sub.csr -out sub.pem -days 20 -CA root.pem -CAkey root.key -CAcreateserial"
            check("a CA by OpenSSL", openssl(*sign.split(), "-extfile", "ext"))
            ca = x509.load_pem_x509_certificate(Path(folder, "sub.pem").read_bytes())
            leaf = x509.load_der_x509_certificate(
                bytes.fromhex(ask("RV", f"[AOASSR;FS6;RU{request};RH{der(ca)};RC{private};XE365;]"))
            )
            Path(folder, "leaf.pem").write_bytes(pem(leaf))
            verify = "verify -CAfile root.pem -untrusted sub.pem leaf.pem"
            check(f"the chain by OpenSSL, identifier {form}", openssl(*verify.split()))
            check("no longer than its CA", leaf.not_valid_after_utc == ca.not_valid_after_utc)
            found = [one for one in leaf.extensions if one.oid == x509.AuthorityKeyIdentifier.oid]
            if identifier:
                own = ca.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
                check("the CA's own identifier", [one.value.key_identifier for one in found] == [own])
            else:
                check("no identifier", not found)
        constrained = "basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign\n"
        Path(folder, "ext").write_text(constrained)
        openssl(*sign.split(), "-extfile", "ext")
        ca = der(x509.load_pem_x509_certificate(Path(folder, "sub.pem").read_bytes()))
        frame = f"[AOASSR;FS6;RU{request};RH{ca};RC{private};KUkeyCertSign;BCCA:TRUE;]"
        refused("a CA below one without room", say(frame), 421)


def no_more_in_two_requests_than_in_one():
    root_key, root = root_of("root", 0)
    key = rsa.generate_private_key(65537, 2048)
    middle = certificate("middle", key.public_key(), root.subject, root_key, True)
    anchor = ask("RD", f"[AOAVPC;CZV;RV{der(root)};]")
    refused("a CA below pathlen:0", say(f"[AOAVPC;CZV;SA{anchor};RV{der(middle)};]"), 421)
    wide_key, wide = root_of("wide")
    middle = certificate("middle", key.public_key(), wide.subject, wide_key, True, 0)
    anchor = ask("RD", f"[AOAVPC;CZV;RV{der(wide)};]")
    below = ask("RD", f"[AOAVPC;CZV;SA{anchor};RV{der(middle)};]")
    deep = certificate("deep", wide_key.public_key(), middle.subject, key, True)
    refused("a CA below a CA with pathlen:0", say(f"[AOAVPC;CZV;SA{below};RV{der(deep)};]"), 421)
    leaf = certificate("leaf", wide_key.public_key(), middle.subject, key)
    check("a leaf there", ";BBY;" in say(f"[AOAVPC;CZV;SA{below};RV{der(leaf)};]"))
    refused("a root for wrapping", say(f"[AOAVPC;CZW;RV{der(wide)};]"), 304)
    made = say("[AOGRSA;RB2048;CZS;RA10001;]")
    own, private = (re.search(rf";{tag}(.*?);", made).group(1) for tag in ("SD", "RC"))
    mine = ask("RV", f"[AOASGC;RC{private};BCCA:TRUE;RTmine;]")
    refused("the key of a pair as an issuer", say(f"[AOAVPC;CZS;SA{own};RV{mine};]"), 410)


def revoked_list(ca_name, ca_key, serials=(), extension=None):
    builder = x509.CertificateRevocationListBuilder().issuer_name(ca_name)
    builder = builder.last_update(NOW - DAY).next_update(NOW + DAY)
    builder = builder.add_extension(x509.CRLNumber(7), critical=False)
    if extension:
        builder = builder.add_extension(extension, critical=True)
    for serial in serials:
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(NOW - DAY)
        entry = entry.add_extension(x509.CRLReason(x509.ReasonFlags.key_compromise), critical=False)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(ca_key, hashes.SHA256()).public_bytes(serialization.Encoding.DER).hex().upper()


def lists_of_revoked_certificates():
    for can_sign_lists in (True, False):
        usage = usages(key_cert_sign=True, crl_sign=can_sign_lists)
        ca_key, ca = root_of("both ends", usage=usage)
        anchor = ask("RD", f"[AOAVPC;CZV;RV{der(ca)};]")
        ends = {}
        for end, letter, usage in (
            ("sender", "G", usages(digital_signature=True)),
            ("receiver", "T", usages(key_encipherment=True)),
        ):
            private = ask("RC", f"[AOGRSA;RB2048;CZ{letter};RA10001;]")
            public = x509.load_der_x509_csr(bytes.fromhex(ask("RU", f"[AOASYR;FS6;RC{private};RT{end};]"))).public_key()
            ends[end] = private, certificate(end, public, ca.subject, ca_key, False, usage=usage)
        (sender_key, sender), (receiver_key, receiver) = ends["sender"], ends["receiver"]
        clear = revoked_list(ca.subject, ca_key, [1, 2, 3])
        key = ask("BG", "[AOGPGS;FS6;CT4;AKD0000K0AB00E0000;]")
        send = f"[AOTROP;RV{der(sender)};RC{sender_key};SJ{der(receiver)};SA{anchor};BG{key};"
        bare, with_list = ask("SJ", send + "]"), ask("SJ", send + f"BO{clear};]")

        def take(token, more):
            frame = f"[AOTRTD;RV{der(receiver)};RC{receiver_key};SJ{token};RH{der(sender)};SA{anchor};LA0;"
            return say(frame + more + "]")

        refused("one pass without a list", take(bare, ""), 300)
        taken = [take(bare, f"BO{clear};"), take(with_list, ""), take(with_list, f"BO{clear};")]
        if not can_sign_lists:
            for reply in taken:
                refused("a list of a CA that may sign none", reply, 425)
            continue
        check(f"lists that clear: {taken}", all(reply.startswith("[AOTRTD;BG") for reply in taken))
        gone = revoked_list(ca.subject, ca_key, [sender.serial_number])
        check("the operator's list", take(with_list, f"BO{gone};").startswith("[AOERRO;AM425;AN7;"))
        point = x509.IssuingDistributionPoint(None, None, True, False, None, False, False)
        for part in (x509.DeltaCRLIndicator(3), point):
            part = revoked_list(ca.subject, ca_key, [], part)
            check("a part of a list", take(with_list, f"BO{part};").startswith("[AOERRO;AM425;AN6;"))
        swapped = send.replace(f"SJ{der(receiver)}", f"SJ{der(sender)}")
        refused("a receiver that may not", say(swapped + "]"), 421)


issued_below_a_ca_of_openssl()
no_more_in_two_requests_than_in_one()
lists_of_revoked_certificates()
tell()
