"""Signs, verifies, agrees, encrypts and decrypts with cryptography, and opens key blocks with psec: nothing of ours.

Reads one JSON list from standard input, of objects whose "do" names what to do, and writes the list of the answers. Keys
travel as PrivateKeyInfo and SubjectPublicKeyInfo in hexadecimal.
"""

import json
import sys
import warnings

warnings.filterwarnings("ignore")

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa, mlkem, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC
from cryptography.hazmat.primitives.kdf.concatkdf import ConcatKDFHash
from cryptography.hazmat.primitives.kdf.x963kdf import X963KDF
from psec import tr31

CURVES = {"P-256": ec.SECP256R1, "P-384": ec.SECP384R1, "P-521": ec.SECP521R1}
HASHES = {"1": hashes.SHA1, "2": hashes.MD5, "4": hashes.SHA256, "5": hashes.SHA384, "6": hashes.SHA512}


NEWER = {
    "Ed25519": ed25519.Ed25519PrivateKey,
    "ML-DSA-44": mldsa.MLDSA44PrivateKey,
    "ML-DSA-65": mldsa.MLDSA65PrivateKey,
    "ML-DSA-87": mldsa.MLDSA87PrivateKey,
    "ML-KEM-768": mlkem.MLKEM768PrivateKey,
    "ML-KEM-1024": mlkem.MLKEM1024PrivateKey,
}


def scheme(item):
    if item["scheme"] == "message":
        return []
    made = HASHES[item["hash"]]()
    if item["scheme"] == "pkcs1":
        return [padding.PKCS1v15(), made]
    if item["scheme"] == "pss":
        return [padding.PSS(mgf=padding.MGF1(made), salt_length=made.digest_size), made]
    # Data that is a digest already is not hashed again.
    return [ec.ECDSA(Prehashed(OfLength(len(item["data"]) // 2)) if item["scheme"] == "digest" else made)]


class OfLength(hashes.HashAlgorithm):
    """A hash whose digests have this length; which one does not matter to ECDSA."""

    name = "of length"
    block_size = None
    digest_size = 0

    def __init__(self, length):
        self.digest_size = length


def private(item):
    return serialization.load_der_private_key(bytes.fromhex(item["private"]), None)


def public(item):
    return serialization.load_der_public_key(bytes.fromhex(item["public"]))


def oaep(item):
    made = HASHES[item["hash"]]()
    label = item.get("label")
    return padding.OAEP(mgf=padding.MGF1(made), algorithm=made, label=label.encode() if label else None)


def generate(item):
    curve, newer = CURVES.get(item["kind"]), NEWER.get(item["kind"])
    if newer:
        key = newer.generate()
    else:
        key = ec.generate_private_key(curve()) if curve else rsa.generate_private_key(65537, int(item["kind"]))
    form = serialization.Encoding.DER
    return {
        "private": key.private_bytes(form, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).hex(),
        "public": key.public_key().public_bytes(form, serialization.PublicFormat.SubjectPublicKeyInfo).hex(),
    }


def sign(item):
    return private(item).sign(bytes.fromhex(item["data"]), *scheme(item)).hex()


def verify(item):
    try:
        public(item).verify(bytes.fromhex(item["signature"]), bytes.fromhex(item["data"]), *scheme(item))
    except InvalidSignature:
        return False
    return True


def derive(item, secret):
    """The key of a secret, by itself or derived, and its check value as one of AES."""
    if item["kdf"] is not None:
        kdf = ConcatKDFHash if item["kdf"] == "0" else X963KDF
        secret = kdf(HASHES[item["hash"]](), item["length"], bytes.fromhex(item["shared"])).derive(secret)
    check = CMAC(AES(secret))
    check.update(bytes(16))
    return check.finalize()[:3].hex().upper()


def encapsulate(item):
    secret, encapsulated = public(item).encapsulate()
    return {"encapsulated": encapsulated.hex(), "check": derive(item, secret)}


def decapsulate(item):
    return derive(item, private(item).decapsulate(bytes.fromhex(item["encapsulated"])))


def agree(item):
    """The key that both sides derive; one of triple DES gets odd parity."""
    shared = private(item).exchange(ec.ECDH(), public(item))
    made, info = HASHES[item["hash"]](), bytes.fromhex(item["shared"])
    kdf = ConcatKDFHash if item["kdf"] == "0" else X963KDF
    key = kdf(made, item["length"], info).derive(shared)
    if item["des"]:
        key = bytes(byte & 0xFE | (bin(byte >> 1).count("1") + 1) % 2 for byte in key)
        whole = key + key[:8] if len(key) == 16 else key
        check = Cipher(TripleDES(whole), modes.ECB()).encryptor().update(bytes(8))
        return {"key": key.hex(), "check": check[:3].hex().upper()}
    return {"key": key.hex()}


def open_block(item):
    header, key = tr31.unwrap(bytes.fromhex(item["kbpk"]), item["block"])
    return {"header": str(header), "key": key.hex()}


def encrypt(item):
    return public(item).encrypt(bytes.fromhex(item["data"]), oaep(item)).hex()


def decrypt(item):
    return private(item).decrypt(bytes.fromhex(item["data"]), oaep(item)).hex()


DO = [generate, sign, verify, agree, open_block, encrypt, decrypt, encapsulate, decapsulate]
KNOWN = {function.__name__: function for function in DO}
json.dump([KNOWN[item["do"]](item) for item in json.load(sys.stdin)], sys.stdout)
