"""Certificates and TR-34 as clients do them, judged by `cryptography`, `psec` and OpenSSL.

Reads {"port", "pmk"} and writes {"right": how many things were found right, "wrong": what was not}. Every frame goes over a
connection of its own, which closes after the reply; fields of replies are read with regular expressions.
"""

import datetime
import subprocess
import tempfile
import warnings
from pathlib import Path

warnings.filterwarnings("ignore")

from cryptography import x509
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.x509.oid import NameOID
from psec import tr31

from conversation import ask, asked, check, field, say, tell


# DER, as little of it as tokens need.
def tlv(tag, *parts):
    body = b"".join(parts)
    length = len(body)
    digits = length.to_bytes((length.bit_length() + 7) // 8 or 1, "big")
    head = bytes([length]) if length < 128 else bytes([0x80 | len(digits)]) + digits
    return bytes([tag]) + head + body


def elements(body):
    found = []
    while body:
        tag, first = body[0], body[1]
        size = first & 0x7F if first & 0x80 else 0
        length = int.from_bytes(body[2 : 2 + size], "big") if size else first
        start = 2 + size
        found.append((tag, body[start : start + length], body[: start + length]))
        body = body[start + length :]
    return found


def inside(body, *path):
    for index in path:
        body = elements(body)[index][1]
    return body


OID = {
    name: tlv(6, bytes.fromhex(digits))
    for name, digits in {
        "data": "2A864886F70D010701",
        "signed": "2A864886F70D010702",
        "enveloped": "2A864886F70D010703",
        "content type": "2A864886F70D010903",
        "digest": "2A864886F70D010904",
        "nonce": "2A864886F70D01091903",
        "rsa": "2A864886F70D010101",
        "oaep": "2A864886F70D010107",
        "mgf1": "2A864886F70D010108",
        "sha256": "608648016503040201",
        "aes128": "608648016503040102",
    }.items()
}
NULL = b"\x05\x00"
SHA256 = tlv(0x30, OID["sha256"], NULL)
OAEP = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)


def name(common):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def certificate(subject, key, issuer=None, issuer_key=None, ca=False):
    """A certificate made outside."""
    now = datetime.datetime.now(datetime.timezone.utc)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(issuer.subject if issuer else name(subject))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca, None), critical=True)
    )
    return builder.sign(issuer_key or key, hashes.SHA256())


def der(thing):
    return thing.public_bytes(serialization.Encoding.DER)


def digits(thing):
    return der(thing).hex().upper()


def identity(cert):
    """IssuerAndSerialNumber, from the bytes of the certificate."""
    fields = elements(inside(der(cert), 0, 0))
    return tlv(0x30, fields[3][2], fields[1][2])


def openssl(folder, *arguments):
    done = subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, check=False)
    return done.returncode == 0


def kcv(key):
    if len(key) == 24:
        return Cipher(TripleDES(key), modes.ECB()).encryptor().update(bytes(8))[:3].hex().upper()
    cmac = CMAC(algorithms.AES(key))
    cmac.update(bytes(16))
    return cmac.finalize()[:3].hex().upper()


def opened(token, receiver_key, sender):
    """The header and the key of a token of either form, opened by hand; the signature by `cryptography`."""
    signed = elements(inside(token, 0, 1, 0))
    envelope = inside(signed[2][1], 1, 0)
    signer = elements(inside(signed[-1][1], 0))
    attributes = signer[3][2]
    sender.public_key().verify(signer[5][1], b"\x31" + attributes[1:], padding.PKCS1v15(), hashes.SHA256())
    fields = elements(envelope)
    if len(fields) == 1:
        fields = elements(fields[0][1])
    content_key = receiver_key.decrypt(inside(fields[1][1], 0, 3), OAEP)
    content = elements(fields[2][1])
    algorithm = elements(content[1][1])
    iv = algorithm[1][1]
    enciphered = content[2][1] if len(content) > 2 else algorithm[2][1]
    cipher = algorithms.AES(content_key) if len(iv) == 16 else TripleDES(content_key)
    clear = Cipher(cipher, modes.CBC(iv)).decryptor().update(enciphered)
    unpadder = PKCS7(len(iv) * 8).unpadder()
    clear = unpadder.update(clear) + unpadder.finalize()
    block = elements(inside(clear, 0))
    check("the sender in the envelope", block[1][2] == identity(sender))
    return inside(block[3][1], 1, 0).decode(), block[2][1]


def sealed(key, header, sender, sender_key, receiver, nonce):
    """A token of TR-34:2019 made outside."""
    header = tlv(0x30, OID["data"], tlv(0x31, tlv(4, header.encode())))
    clear = tlv(0x30, tlv(2, b"\x01"), identity(sender), tlv(4, key), header)
    content_key, iv = b"\x42" * 16, b"\x24" * 16
    padder = PKCS7(128).padder()
    clear = padder.update(clear) + padder.finalize()
    enciphered = Cipher(algorithms.AES(content_key), modes.CBC(iv)).encryptor().update(clear)
    parameters = tlv(0x30, tlv(0xA0, SHA256), tlv(0xA1, tlv(0x30, OID["mgf1"], SHA256)))
    recipient = tlv(
        0x30,
        tlv(2, b"\x00"),
        identity(receiver),
        tlv(0x30, OID["oaep"], parameters),
        tlv(4, receiver.public_key().encrypt(content_key, OAEP)),
    )
    content = tlv(0x30, OID["data"], tlv(0x30, OID["aes128"], tlv(4, iv)), tlv(0x80, enciphered))
    envelope = tlv(0x30, tlv(2, b"\x00"), tlv(0x31, recipient), content)
    digest = hashes.Hash(hashes.SHA256())
    digest.update(envelope)
    # Not in the order of DER, as samples of the standard.
    attributes = b"".join(
        [
            tlv(0x30, OID["digest"], tlv(0x31, tlv(4, digest.finalize()))),
            header,
            tlv(0x30, OID["nonce"], tlv(0x31, tlv(4, nonce))),
            tlv(0x30, OID["content type"], tlv(0x31, OID["enveloped"])),
        ]
    )
    signature = sender_key.sign(tlv(0x31, attributes), padding.PKCS1v15(), hashes.SHA256())
    signer = tlv(
        0x30,
        tlv(2, b"\x01"),
        identity(sender),
        SHA256,
        tlv(0xA0, attributes),
        tlv(0x30, OID["rsa"], NULL),
        tlv(4, signature),
    )
    signed = tlv(
        0x30,
        tlv(2, b"\x03"),
        tlv(0x31, SHA256),
        tlv(0x30, OID["enveloped"], tlv(0xA0, tlv(4, envelope))),
        tlv(0x31, signer),
    )
    return tlv(0x30, OID["signed"], tlv(0xA0, signed))


def load(text):
    return x509.load_der_x509_certificate(bytes.fromhex(text))


def chain_of_a_cloud_client():
    """GRSA, ASGC, ASYR, ASSR with the frames of a public client; the chain is verified outside."""
    pairs = [say("[AOGRSA;RB2048;CZG;BJ6;RA10001;KB1;KF1;SP1;]") for _ in range(2)]
    (ca_key, key), (ca_public, public) = ([field(tag, pair) for pair in pairs] for tag in ("RC", "RD"))
    root = ask(
        "RV",
        "[AOASGC;RY3;XE1122;KUdigitalSignature,nonRepudiation,keyCertSign;AL6;AD1;BCCA:TRUE;RTKDH CA1;"
        f"RSSelfSignedCertificate;SG10101;FS6;RC{ca_key};]",
    )
    request = ask(
        "RU", f"[AOASYR;RG6;KUcritical,digitalSignature,keyEncipherment;RTPublicKey Cert;LA10201;FS6;RC{key};]"
    )
    leaf = ask(
        "RV",
        f"[AOASSR;RY3;XE1122;AL6;KUdigitalSignature,nonRepudiation;RU{request};SG20301;FS6;RH{root};RC{ca_key};RG1;]",
    )
    csr = x509.load_der_x509_csr(bytes.fromhex(request))
    check("the request's signature", csr.is_signature_valid)
    check("the request's hash", csr.signature_hash_algorithm.name == "sha512")
    check("the request's subject", csr.subject == name("PublicKey Cert"))
    usage = csr.extensions.get_extension_for_class(x509.KeyUsage)
    check("the request's usage", usage.critical and usage.value.key_encipherment and not usage.value.key_cert_sign)
    issuer, subject = load(root), load(leaf)
    issuer.verify_directly_issued_by(issuer)
    subject.verify_directly_issued_by(issuer)
    check("serial numbers", (issuer.serial_number, subject.serial_number) == (0x10101, 0x20301))
    check("days", (subject.not_valid_after_utc - subject.not_valid_before_utc).days == 1122)
    check("the root's constraints", issuer.extensions.get_extension_for_class(x509.BasicConstraints).value.ca)
    check("keys", [der_key(issuer), der_key(subject)] == [ca_public, public])
    with tempfile.TemporaryDirectory() as folder:
        for file, one in (("root.pem", issuer), ("leaf.pem", subject)):
            Path(folder, file).write_bytes(one.public_bytes(serialization.Encoding.PEM))
        check("the chain by OpenSSL", openssl(folder, "verify", "-x509_strict", "-CAfile", "root.pem", "leaf.pem"))
    return root, key, leaf


def der_key(cert):
    spki = cert.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return spki.hex().upper()


def curves():
    """The same on curves, with a key that only agrees."""
    for curve, number in ((ec.SECP256R1, 2), (ec.SECP384R1, 3), (ec.SECP521R1, 4)):
        ca_key = ask("RC", f"[AOGECC;BJ6;RA{number};KB1;CZG;]")
        key = ask("RC", f"[AOGECC;BJ6;RA{number};KB1;CZX;]")
        root = ask("RV", f"[AOASGC;RY3;XE30;KUkeyCertSign;AL5;BCCA:TRUE;RTroot;FS6;RC{ca_key};]")
        request = ask("RU", f"[AOASYR;RG4;RTpeer;FS6;RC{key};]")
        leaf = ask("RV", f"[AOASSR;RY3;XE30;AL6;RU{request};FS6;RH{root};RC{ca_key};]")
        load(leaf).verify_directly_issued_by(load(root))
        check("the curve", isinstance(load(leaf).public_key().curve, curve))
        trusted = ask("RD", f"[AOAVPC;FS6;RY3;KB1;CZV;RV{root};]")
        check("trusted", field("BB", say(f"[AOAVPC;FS6;RY3;KB1;CZX;SA{trusted};RV{leaf};]")) == "Y")


def export(root, private, leaf):
    """TRTP with the frames of two public clients, to receivers outside."""
    receiver_root_key = rsa.generate_private_key(65537, 2048)
    receiver_root = certificate("receiver CA", receiver_root_key, ca=True)
    sender = load(leaf)
    for bits, form, cipher, key_type, header in (
        (2048, "3", "3", "3", "D0000K1TB00E0000"),
        (2048, "1", "3", "3", "D0000P0TB00E0000"),
        (3072, "1", "4", "4", "D0000K0AB00E0000"),
        (4096, "3", "4", "4", "D0000K0AB00E0000"),
    ):
        receiver_key = rsa.generate_private_key(65537, bits)
        receiver = certificate("receiver", receiver_key, receiver_root, receiver_root_key)
        trusted = ask("RD", f"[AOAVPC;FS6;RY3;KB1;CZV;RV{digits(receiver_root)};]")
        made = say(f"[AOGPGS;FS6;CT{key_type};AK{header};]")
        block, value = field("BG", made), field("AE", made)
        token = bytes.fromhex(
            ask(
                "SJ",
                f"[AOTRTP;ZA{form};FS6;CT{cipher};RV{leaf};RC{private};SJ{digits(receiver)};SA{trusted};BG{block};"
                "BJ167EB0E72781E494;]",
            )
        )
        sent_header, key = opened(token, receiver_key, sender)
        check("the header", sent_header[5:12] == header[5:12])
        check("the check value of the exported key", kcv(key)[:6] == value)
        check("the nonce", bytes.fromhex("167EB0E72781E494") in token)
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "token.der").write_bytes(token)
            Path(folder, "sender.pem").write_bytes(sender.public_bytes(serialization.Encoding.PEM))
            Path(folder, "receiver.pem").write_bytes(receiver.public_bytes(serialization.Encoding.PEM))
            Path(folder, "receiver.key").write_bytes(
                receiver_key.private_bytes(
                    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
                )
            )
            verify = ["cms", "-verify", "-noverify", "-certfile", "sender.pem", "-inform", "DER", "-in", "token.der"]
            check("the token by OpenSSL", openssl(folder, *verify, "-binary", "-out", "envelope.der"))
            if form == "1":
                envelope = Path(folder, "envelope.der").read_bytes()
                Path(folder, "cms.der").write_bytes(tlv(0x30, OID["enveloped"], tlv(0xA0, envelope)))
                decrypt = ["cms", "-decrypt", "-inform", "DER", "-in", "cms.der", "-inkey", "receiver.key"]
                check("the envelope by OpenSSL", openssl(folder, *decrypt, "-binary", "-out", "clear"))
                check("the same key", key in Path(folder, "clear").read_bytes())


def bring_in():
    """Tokens made outside are taken, and what comes of them is opened by `psec`."""
    key = ask("RC", "[AOGRSA;RB2048;CZT;BJ6;RA10001;KB1;]")
    ca_key = ask("RC", "[AOGRSA;RB2048;CZG;BJ6;RA10001;KB1;]")
    root = ask("RV", f"[AOASGC;RY3;XE30;KUkeyCertSign;BCCA:TRUE;RTKRD CA;FS6;RC{ca_key};]")
    request = ask("RU", f"[AOASYR;RTKRD;FS6;RC{key};]")
    receiver = ask("RV", f"[AOASSR;RY3;XE30;RU{request};FS6;RH{root};RC{ca_key};]")
    begun = say(f"[AOPEDK;ZA1;RV{receiver};]")
    nonce, credential = field("BJ", begun), bytes.fromhex(field("SJ", begun))
    check("the credential token", bytes.fromhex(receiver) in credential)
    check("the token of the nonce", field("RS", begun).endswith(nonce))
    sender_root_key, sender_key = (rsa.generate_private_key(65537, 2048) for _ in range(2))
    sender_root = certificate("sender CA", sender_root_key, ca=True)
    sender = certificate("sender", sender_key, sender_root, sender_root_key)
    trusted = ask("RD", f"[AOAVPC;FS6;RY3;KB1;CZV;RV{digits(sender_root)};]")
    for header, clear in (
        ("D0000K0AB00E0000", bytes(range(16))),
        ("A0000K1TB00E0000", bytes.fromhex("0123456789ABCDEFFEDCBA98765432108967452301EFCDAB")),
    ):
        token = sealed(clear, header, sender, sender_key, load(receiver), bytes.fromhex(nonce))
        frame = f"[AOTRTD;FS6;RV{receiver};RC{key};SJ{token.hex()};RH{digits(sender)};SA{trusted};BJ{nonce};]"
        reply = say(frame)
        check("the check value of the imported key", field("AE", reply) == kcv(clear)[:6])
        read, found = tr31.unwrap(bytes.fromhex(asked["pmk"]), field("BG", reply))
        check("the imported key", found == clear)
        check("its header", (read.key_usage, read.algorithm) == (header[5:7], header[7]))
        # Another's key under the same name, and a changed token: one answer.
        forged = sealed(clear, header, sender, sender_root_key, load(receiver), bytes.fromhex(nonce))
        changed = token[:-1] + bytes([token[-1] ^ 1])
        answers = {say(frame.replace(token.hex(), bad.hex())) for bad in (forged, changed)}
        check("one refusal", len(answers) == 1 and answers.pop().startswith("[AOERRO;AM424;"))


def frames_of_a_service_client():
    """PEM without line breaks, RSAR, RSSR, AVPC, TRTP and TWKD as another public client sends them."""
    ca_key = ask("RC", "[AOGRSA;RA10001;RB2048;RCNONE;BJ6;KB1;CZS;]")
    pem = load(ask("RV", f"[AOASGC;FS6;RC{ca_key};BCCA:TRUE;RTTR34 Export CA;]"))
    pem = pem.public_bytes(serialization.Encoding.PEM).decode().replace("\n", "")
    ca = ask("RS", f"[AORCCN;RN31;RY3;RT{pem};]")
    check("PEM to DER", load(ca).subject == name("TR34 Export CA"))
    key = ask("RC", "[AOGRSA;RA10001;RB2048;RCNONE;BJ6;KB1;CZS;]")
    request = ask("RU", f"[AORSAR;RC{key};RRSeamlessPay;RTTR34 Export;RG4;FS6;]")
    csr = x509.load_der_x509_csr(bytes.fromhex(request))
    check("the older request", csr.is_signature_valid and csr.subject.rfc4514_string() == "O=SeamlessPay,CN=TR34 Export")
    leaf = ask("RV", f"[AORSSR;FS6;RY3;RC{ca_key};RH{ca};RU{request};]")
    load(leaf).verify_directly_issued_by(load(ca))
    trusted = say(f"[AOAVPC;FS6;RY3;KB1;CZS;RV{ca};]")
    check("the older trust", field("BB", trusted) == "Y")
    kek = ask("BG", "[AOGPGS;CT3;FS6;AKD0000K0TB00E0000;]")
    receiver_key = rsa.generate_private_key(65537, 2048)
    receiver_root = certificate("KRD CA", receiver_key, ca=True)
    anchor = ask("RD", f"[AOAVPC;FS6;RY3;KB1;CZS;RV{digits(receiver_root)};]")
    receiver = certificate("KRD", receiver_key, receiver_root, receiver_key)
    token = ask(
        "SJ",
        f"[AOTRTP;ZA3;BJ0011223344556677;FS6;RV{leaf};RC{key};SJ{digits(receiver)};SA{anchor};BG{kek};MK6;"
        "AKD0000K0TB00E0000;]",
    )
    header, clear = opened(bytes.fromhex(token), receiver_key, load(leaf))
    check("the exported KEK", header[5:8] == "K0T" and len(clear) == 24)
    bdk = ask("BG", "[AOGPGS;CT3;FS6;AKD0000B0TX00E0000;]")
    under_kek = ask("BH", f"[AOTWKD;FS6;AP{kek};BG{bdk};OFT;]")
    read, _ = tr31.unwrap(clear, under_kek)
    check("a key under the exported KEK", read.key_usage == "B0")


root, private, leaf = chain_of_a_cloud_client()
curves()
export(root, private, leaf)
bring_in()
frames_of_a_service_client()
tell()
