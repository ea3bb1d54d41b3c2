"""Recomputes the answers of transcripts with psec and cryptography: key blocks opened, keys moved, data enciphered, MACs
and check values computed, all with nothing of ours.

Reads from standard input, and writes to standard output:
    {"keys": {"MFK": hex, "PMK": hex}, "transcripts": [{"said": [[request, reply], ..], "sealed": {hex: hex}}, ..]}
    {"right": number, "wrong": [text]}
"""

import hashlib
import hmac
import json
import re
import sys
import warnings

warnings.filterwarnings("ignore")

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC
from psec import mac, tr31

HASHES = {"1": "sha1", "2": "md5", "3": "ripemd160", "4": "sha256", "5": "sha384", "6": "sha512"}

HM_HASHES = {"10": "sha1", "20": "sha224", "21": "sha256", "22": "sha384", "23": "sha512"}


def fields(frame):
    return {field[:2]: field[2:] for field in frame[1:-1].split(";") if field}


def cipher(algorithm, key, mode, encrypting, data):
    made = Cipher(primitive(algorithm, key), mode)
    return (made.encryptor() if encrypting else made.decryptor()).update(data)


def primitive(algorithm, key):
    if algorithm == "A":
        return algorithms.AES(key)
    return TripleDES(key * 3 if len(key) == 8 else key + key[:8] if len(key) == 16 else key)


def cmac(algorithm, key, data):
    made = CMAC(primitive(algorithm, key))
    made.update(data)
    return made.finalize()


def check(algorithm, key):
    """Six digits; `algorithm` is the letter, and for an HMAC key the hash function after it."""
    if algorithm == "A":
        value = cmac("A", key, bytes(16))
    elif algorithm[0] == "H":
        value = hmac.new(key, b"", algorithm[1:]).digest()
    else:
        value = cipher("T", key, modes.ECB(), True, bytes(8))
    return value[:3].hex().upper()


def is_cryptogram(value):
    return re.fullmatch("[0-9A-F]{16}|[0-9A-F]{32}|[0-9A-F]{48}", value)


def variant(key, modifier):
    return b"".join(bytes([key[at] ^ 8 * modifier]) + key[at + 1 : at + 8] for at in range(0, len(key), 8))


def under(key, modifier, cryptogram):
    return cipher("T", variant(key, modifier), modes.ECB(), False, bytes.fromhex(cryptogram))


class Unknown(Exception):
    """A major key that the conversation itself has made, or a key that differs from run to run."""


class Hsm:
    """The keys of one conversation."""

    def __init__(self, keys, sealed):
        self.keys = {name: bytes.fromhex(key) for name, key in keys.items()}
        self.slots = {}
        self.sealed = sealed
        self.ceremonies = {}

    def key(self, value, modifier=None):
        """Algorithm, usage (None of a cryptogram) and bytes of a key as a field names it."""
        if is_cryptogram(value):
            return "T", None, under(self.major_key("MFK"), modifier, value)
        if value == "00":
            raise Unknown
        if value.startswith("BD"):
            return self.slots[int(value[2:])]
        header, key = tr31.unwrap(self.major_key("PMK" if value[0] == "D" else "MFK"), value)
        algorithm = header.algorithm
        if algorithm == "H":
            algorithm += HM_HASHES[header.blocks["HM"]]
        return algorithm, header.key_usage, key

    def major_key(self, name):
        if self.keys[name] is None:
            raise Unknown
        return self.keys[name]

    def zmsw(self, asked, told):
        self.forget({"1": "MFK", "6": "PMK"}.get(asked["FS"]))

    def zmge(self, asked, told):
        if "PN" not in asked:
            self.zmsw(asked, told)

    def zmze(self, asked, told):
        self.forget("MFK")
        self.forget("PMK")

    def forget(self, name):
        if name in self.keys:
            self.keys[name] = None

    def iv(self, asked, block):
        given = asked.get("GH", "00" * block)
        return self.slots[int(given[2:])][2] if len(given) < 16 else bytes.fromhex(given)

    def right(self, asked, told):
        """Whether an answer is right, None where there is nothing to compute."""
        made = getattr(self, asked["AO"].lower(), None)
        if asked["AO"] == "GPGS" and asked["FS"] not in ("1", "6"):
            return None  # under a major key that the conversation itself has made
        try:
            return made(asked, told) if made else None
        except Unknown:
            return None

    def gpgs(self, asked, told):
        algorithm, _, key = self.key(told["BG"], int(asked.get("AS", "0"), 16))
        odd = all(byte.bit_count() % 2 for byte in key) if algorithm in "TD" else True
        return odd and check(algorithm, key) == told["AE"]

    def zmbe(self, asked, told):
        usual = "3" if asked["FS"] == "1" else "6"
        self.ceremonies[told["CE"]] = "A" if asked.get("CT", usual) in "456" else "T", []

    def zmcp(self, asked, told):
        """Check values of a component, and of the key that is made of all of them."""
        algorithm, given = self.ceremonies[asked["CE"]]
        component = bytes.fromhex(self.sealed[asked["EN"]])
        if "TA" in told:
            given.append(component)
        whole = None
        if "KV" in told:
            whole = given[0]
            for other in given[1:]:
                whole = bytes(a ^ b for a, b in zip(whole, other))
        digits = len(told["AE"])
        return check(algorithm, component)[:digits] == told["AE"] and (
            whole is None or check(algorithm, whole)[:digits] == told["KV"]
        )

    def gpka(self, asked, told):
        algorithm, usage, key = self.key(asked["BG"], int(asked.get("AS", "0"), 16))
        self.slots[int(told["RC"])] = algorithm, usage, key
        return check(algorithm, key) == told["AE"]

    def gkbl(self, asked, told):
        _, _, key = self.key(asked["BG"], int(asked["AS"]))
        _, opened = tr31.unwrap(self.major_key("MFK"), told["BB"])
        return key == opened and check("T", key) == told["AE"]

    def gwks(self, asked, told):
        key = under(self.major_key("MFK"), int(asked["AS"]), told["BG"])
        same = "BH" not in told or under(self.key(asked["AP"], 0)[2], 0, told["BH"]) == key
        return same and check("T", key) == told["AE"]

    def twka(self, asked, told):
        modifier = int(asked.get("AS", "0"), 16)
        kek = self.key(asked["AP"], 0)[2]
        algorithm, _, key = self.key(asked["BG"], modifier)
        sent = under(kek, modifier, told["BH"]) if is_cryptogram(told["BH"]) else tr31.unwrap(kek, told["BH"])[1]
        return sent == key and told.get("AE", check(algorithm, key)) == check(algorithm, key)

    twkd = twka

    def twkm(self, asked, told, kek_modifier=0):
        kek = self.key(asked["AP"], 0)[2]
        given = asked["BH"]
        sent = under(kek, kek_modifier, given) if is_cryptogram(given) else tr31.unwrap(kek, given)[1]
        algorithm, _, key = self.key(told["BG"], int(asked.get("AS", "0"), 16))
        return sent == key and check(algorithm, key) == told["AE"]

    def twks(self, asked, told):
        return self.twkm(asked, told, int(asked["AS"]))

    def ecid(self, asked, told):
        algorithm, _, key = self.key(asked["AI"], 2)
        data = bytes.fromhex(asked["AK"])
        return cipher(algorithm, key, modes.ECB(), asked["AO"] == "ECID", data).hex().upper() == told["AK"]

    dcid = ecid

    def cbce(self, asked, told):
        _, _, key = self.key(asked["GG"], 2)
        encrypting, data = asked["AO"] == "CBCE", bytes.fromhex(asked["BO"])
        result = cipher("T", key, modes.CBC(self.iv(asked, 8)), encrypting, data)
        last = (result if encrypting else data)[-8:]
        return (result.hex().upper(), last.hex().upper()) == (told["BP"], told["GH"])

    cbcd = cbce

    def gped(self, asked, told):
        algorithm, _, key = self.key(asked["AI"], 2)
        block = 16 if algorithm == "A" else 8
        encrypting, data, padding = asked["BF"] == "0", bytes.fromhex(asked["BO"]), asked.get("ZA", "0")
        iv = self.iv(asked, block)
        if encrypting and padding == "1":
            data += bytes([block - len(data) % block]) * (block - len(data) % block)
        if encrypting and padding == "2":
            data += b"\x80" + bytes(-(len(data) + 1) % block)
        if asked["KM"] == "2":
            first = int.from_bytes(iv, "big")
            counters = [(first + n) % 256**block for n in range(-(-len(data) // block))]
            stream = cipher(algorithm, key, modes.ECB(), True, b"".join(n.to_bytes(block, "big") for n in counters))
            result = bytes(a ^ b for a, b in zip(data, stream))
        else:
            result = cipher(algorithm, key, modes.ECB() if asked["KM"] == "0" else modes.CBC(iv), encrypting, data)
        if not encrypting and padding == "1":
            result = result[: -result[-1]]
        if not encrypting and padding == "2":
            result = result.rstrip(b"\0")[:-1]
        return result.hex().upper() == told["BP"]

    def whole_mac(self, asked):
        algorithm, usage, key = self.key(asked["AR"], 3)
        data, padding = bytes.fromhex(asked["BO"]), int(asked.get("ZA", "1"))
        if usage == "M6":
            return cmac(algorithm, key, data)
        if usage in ("M3", None) and len(key) == 16:
            return mac.generate_retail_mac(key[:8], key[8:16], data, padding, length=8)
        if algorithm == "A":
            blocks = data if data and len(data) % 16 == 0 and padding == 1 else data + b"\x80"[: padding - 1]
            blocks += bytes(-len(blocks) % 16 or (0 if blocks else 16))
            return cipher("A", key, modes.CBC(bytes(16)), True, blocks)[-16:]
        return mac.generate_cbc_mac(key, data, padding, length=8)

    def gmac(self, asked, told):
        whole = self.whole_mac(asked)
        length = int(asked.get("AD", 8 if asked["AO"] == "GMAC" else len(whole)))
        algorithm, _, key = self.key(asked["AR"], 3)
        return whole[:length].hex().upper() == told["BP"] and check(algorithm, key) == told["AE"]

    gpmc = gmac

    def vmac(self, asked, told):
        given = bytes.fromhex(asked["BP"])
        return (self.whole_mac(asked)[: len(given)] == given) == (told["BB"] == "Y")

    def hmac(self, asked, told):
        _, _, key = self.key(asked["AR"])
        return hmac.new(key, bytes.fromhex(asked["BO"]), HASHES[asked["RG"]]).hexdigest().upper() == told["CF"]

    def ghsh(self, asked, told):
        return hashlib.new(HASHES[asked["RG"]], bytes.fromhex(asked["BO"])).hexdigest().upper() == told["BP"]


def main():
    given = json.load(sys.stdin)
    right, wrong = 0, []
    for transcript in given["transcripts"]:
        hsm = Hsm(given["keys"], transcript["sealed"])
        for request, reply in transcript["said"]:
            verdict = hsm.right(fields(request), fields(reply))
            right += verdict is True
            if verdict is False:
                wrong.append(f"{request} {reply}")
    json.dump({"right": right, "wrong": wrong}, sys.stdout)


main()
