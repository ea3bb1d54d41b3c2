"""Opens and makes TR-31 key blocks with psec, and computes check values with cryptography: nothing of ours.

Reads one JSON object from standard input and writes one:
    {"unwrap": [{"kbpk": hex, "block": text}], "wrap": [{"kbpk": hex, "header": text, "key": hex}]}
    {"unwrapped": [{"key": hex, "check": hex, "header": text}], "wrapped": [{"block": text, "check": hex}]}
"""

import json
import sys
import warnings

warnings.filterwarnings("ignore")

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC
from psec import tr31


def check(algorithm, key):
    if algorithm == "A":
        cmac = CMAC(algorithms.AES(key))
        cmac.update(bytes(16))
        return cmac.finalize()[:5].hex().upper()
    whole = key * 3 if len(key) == 8 else key + key[:8] if len(key) == 16 else key
    encryptor = Cipher(TripleDES(whole), modes.ECB()).encryptor()
    return encryptor.update(bytes(8))[:3].hex().upper()


def unwrap(item):
    header, key = tr31.unwrap(bytes.fromhex(item["kbpk"]), item["block"])
    return {"key": key.hex().upper(), "check": check(header.algorithm, key), "header": str(header)}


def wrap(item):
    key = bytes.fromhex(item["key"])
    header = tr31.Header()
    header.load(item["header"])
    return {"block": tr31.wrap(bytes.fromhex(item["kbpk"]), header, key), "check": check(header.algorithm, key)}


asked = json.load(sys.stdin)
json.dump({"unwrapped": [unwrap(i) for i in asked["unwrap"]], "wrapped": [wrap(i) for i in asked["wrap"]]}, sys.stdout)
