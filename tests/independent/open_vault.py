#!/usr/bin/python3
"""Opens a vault by docs/CRYPTO.md and docs/FORMAT.md alone, with other libraries than Sparekey's.

argon2-cffi (libargon2) instead of libsodium's Argon2id, python3-cryptography (OpenSSL) for
ChaCha20-Poly1305, HKDF, HMAC, AES and Ed25519, HChaCha20 written out here, and SQLCipher's pages
undone by hand, so that the stock sqlite3 reads them.

usage: open_vault.py FOLDER password|recovery|keyfile SECRET-FILE     prints the items as JSON
       open_vault.py --test SPAREKEY                                   makes a vault and compares
"""
import hashlib
import hmac
import json
import os
import sqlite3
import struct
import subprocess
import sys
import tempfile
import unicodedata

import argon2.low_level
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
KINDS = {1: "password", 2: "recovery", 3: "keyfile"}
ITEM_TYPES = ["login", "note", "card", "identity", "ssh-key", "api-token", "idp-account",
              "recovery-codes"]


def hkdf(material, salt, info, size):
    return HKDF(hashes.SHA256(), size, salt or None, info).derive(material)


def hmac_sha256(key, *parts):
    return hmac.new(key, b"".join(parts), hashlib.sha256).digest()


def hchacha20(key, nonce):
    """draft-irtf-cfrg-xchacha section 2.2."""
    state = list(struct.unpack("<16I", b"expand 32-byte k" + key + nonce))

    def rotate(x, n):
        return ((x << n) | (x >> (32 - n))) & 0xffffffff

    def quarter(a, b, c, d):
        for first, second, third, count in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
            state[first] = (state[first] + state[second]) & 0xffffffff
            state[third] = rotate(state[third] ^ state[first], count)

    for _ in range(10):
        for i in range(4):
            quarter(i, 4 + i, 8 + i, 12 + i)
        for i in range(4):
            quarter(i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4)
    return struct.pack("<8I", *state[:4], *state[12:])


def aead_open(key, sealed, associated):
    """XChaCha20-Poly1305: nonce (24) then ciphertext and tag."""
    nonce, rest = sealed[:24], sealed[24:]
    subkey = hchacha20(key, nonce[:16])
    return ChaCha20Poly1305(subkey).decrypt(b"\0\0\0\0" + nonce[16:], rest, associated)


class Reader:
    """docs/FORMAT.md, "The codec"."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, size):
        assert self.at + size <= len(self.data), "cut off"
        self.at += size
        return self.data[self.at - size:self.at]

    def u8(self):
        return self.take(1)[0]

    def u16(self):
        return struct.unpack("<H", self.take(2))[0]

    def u32(self):
        return struct.unpack("<I", self.take(4))[0]

    def u64(self):
        return struct.unpack("<Q", self.take(8))[0]

    def blob(self):
        return self.take(self.u32())

    def var(self):
        value, shift = 0, 0
        while True:
            group = self.u8()
            value |= (group & 127) << shift
            if group < 128:
                assert group or not shift, "a number has one form"
                return value
            shift += 7

    def text(self):
        return self.take(self.var()).decode()

    def end(self):
        assert self.at == len(self.data), "bytes are left over"


def read_key_slots(path):
    with open(path, "rb") as file:
        data = file.read()
    magic = b"sparekey keyslots 1\n"
    assert data.startswith(magic)
    assert hashlib.sha256(data[:-32]).digest() == data[-32:]
    body, mac = data[len(magic):-64], data[-64:-32]
    reader = Reader(body)
    assert reader.u8() == 1
    slots = {"body": body, "mac": mac, "vault": reader.take(16), "generation": reader.u32(),
             "policy": (reader.u64(), reader.u32()), "slots": []}
    for _ in range(reader.u32()):
        slot = {"id": reader.take(16), "kind": reader.u8(), "created": reader.u64(),
                "generation": reader.u32(), "salt": reader.take(16), "memory": reader.u64(),
                "passes": reader.u32(), "opener": reader.take(32), "commitment": reader.take(32),
                "wrapped": reader.blob()}
        slots["slots"].append(slot)
    slots["secret_key"] = reader.take(20)
    slots["sealed_device"] = reader.blob()
    reader.end()
    return slots


def open_slot(slots, slot, secret):
    kind = KINDS[slot["kind"]]
    material = secret
    if kind == "password":
        stretched = argon2.low_level.hash_secret_raw(
            unicodedata.normalize("NFKD", secret.decode()).encode(), slot["salt"],
            slot["passes"], slot["memory"] // 1024, 1, 32, argon2.low_level.Type.ID, 19)
        material = stretched + slots["secret_key"]
    derived = hkdf(material, slots["vault"] + slot["id"], b"sparekey/v1/slot/" + kind.encode(), 64)
    if derived[32:] != slot["commitment"]:
        return None
    seed = hkdf(slots["secret_key"] if kind == "password" else secret, slots["vault"],
                b"sparekey/v1/opener/" + (b"secret-key" if kind == "password" else kind.encode()),
                32)
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes(
        serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    assert public == slot["opener"]
    context = (b"\x01" + slots["vault"] + slot["id"] + bytes([slot["kind"]])
               + struct.pack("<I", slot["generation"]) + slot["salt"]
               + struct.pack("<QI", slot["memory"], slot["passes"]) + slot["opener"])
    return aead_open(derived[:32], slot["wrapped"], context)


def unwrap(vault_key, slots, label, sealed):
    context = label + b"\x01" + slots["vault"] + struct.pack("<I", slots["generation"])
    return aead_open(hkdf(vault_key, b"", label, 32), sealed, context)


def decrypt_database(path, key):
    """SQLCipher 4 with a raw key: AES-256-CBC and HMAC-SHA512, pages of 4096 with 80 reserved."""
    with open(path, "rb") as file:
        data = file.read()
    assert len(data) % 4096 == 0
    salt = data[:16]
    mac_key = hashlib.pbkdf2_hmac("sha512", key, bytes(b ^ 0x3a for b in salt), 2, 32)
    plain = bytearray()
    for number in range(1, len(data) // 4096 + 1):
        page = data[(number - 1) * 4096:number * 4096]
        if number == 1:
            page = page[16:]
        ciphertext, vector, tag = page[:-80], page[-80:-64], page[-64:]
        wanted = hmac.new(mac_key, ciphertext + vector + struct.pack("<I", number),
                          hashlib.sha512).digest()
        assert wanted == tag, f"page {number} is damaged"
        decryptor = Cipher(algorithms.AES(key), modes.CBC(vector)).decryptor()
        text = decryptor.update(ciphertext) + decryptor.finalize()
        plain += (b"SQLite format 3\0" if number == 1 else b"") + text + vector + tag
    return bytes(plain)


def read_keyring(data):
    reader = Reader(data)
    keyring = {"account": [reader.take(32) for _ in range(reader.u32())],
               "epochs": [reader.take(32) for _ in range(reader.u32())],
               "secret_key": reader.take(20), "recovery_code": reader.take(20),
               "id_key": reader.take(32)}
    reader.end()
    return keyring


def open_record(slots, keyring, record, version, epoch, kind, blob):
    assert blob[:2] == b"\x01\x01"
    key = hkdf(keyring["epochs"][epoch - 1], record, b"sparekey/v1/record-key", 32)
    context = (b"sparekey/v1/record" + b"\x01\x01" + slots["vault"] + record
               + struct.pack("<IQ", epoch, version))
    plain = aead_open(key, blob[2:], context)
    assert plain[0] == kind and plain[1] == (2 if kind == 1 else 1)
    size = struct.unpack("<I", plain[2:6])[0]
    assert not any(plain[6 + size:]), "the padding is zero"
    return plain[6:6 + size]


def read_stamp(reader):
    return (reader.u64(), reader.u32(), reader.take(16))


def read_near_stamp(reader, context):
    device, (wall, _) = list(context.items())[reader.var()]
    return (wall - reader.var(), reader.var(), device)


def read_context(reader):
    return {reader.take(16): (reader.var(), reader.var()) for _ in range(reader.var())}


def read_field(reader, context):
    kind = reader.u8()
    key = (kind, reader.var(), reader.text()) if kind >= 16 else (kind, 0, "")
    dots = []
    for _ in range(reader.var()):
        stamp = read_near_stamp(reader, context)
        order, text = reader.var(), reader.text()
        dots.append((stamp, order % 2, order // 2, text))
    return key, dots


def read_item(data):
    reader = Reader(data)
    item = {"created": reader.var(), "context": read_context(reader), "fields": []}
    context = item["context"]
    item["fields"] = [read_field(reader, context) for _ in range(reader.var())]
    marks = []
    for _ in range(reader.var()):
        read_near_stamp(reader, context)
        seen = [read_near_stamp(reader, context) for _ in range(reader.var())]
        marks.append({device: (wall, counter) for wall, counter, device in seen})
    for _ in range(reader.var()):
        reader.text(), reader.var()
    reader.end()
    stamps = [stamp for _, dots in item["fields"] for stamp, *_ in dots]
    item["deleted"] = bool(marks) and all(
        any(mark.get(stamp[2], (0, 0)) >= stamp[:2] for mark in marks) for stamp in stamps)
    return item


def shown(item, kind):
    for key, dots in item["fields"]:
        if key[0] == kind:
            return dots[-1][3]
    return ""


def elements(item, kind):
    found = [(dots[-1][2], key[2], dots[-1]) for key, dots in item["fields"] if key[0] == kind]
    return [(name, dot) for _, name, dot in sorted(found, key=lambda one: one[0])]


def as_json(record, item):
    return {"id": to_base32(record), "type": shown(item, 0) or "login", "title": shown(item, 1),
            "username": shown(item, 2), "password": shown(item, 3), "totp": shown(item, 4),
            "notes": shown(item, 5), "favorite": bool(shown(item, 6)),
            "urls": [name for name, _ in elements(item, 16)],
            "tags": [name for name, _ in elements(item, 17)],
            "fields": [{"name": name, "value": dot[3], "secret": bool(dot[1])}
                       for name, dot in elements(item, 18)],
            "deleted": item["deleted"]}


def to_base32(data):
    import base64
    return base64.b32encode(data).decode().lower().rstrip("=")


def parse_paper(text, kind):
    """bech32m (BIP-350) over 32 symbols of secret, 2 of the vault id, 6 of checksum."""
    symbols = [BECH32.index(c) for c in text.strip().lower().replace("-", "")[2:]]
    assert len(symbols) == 40
    checksum = 1
    for value in [ord(c) >> 5 for c in kind] + [0] + [ord(c) & 31 for c in kind] + symbols:
        top = checksum >> 25
        checksum = ((checksum & 0x1ffffff) << 5) ^ value
        for bit, generator in enumerate((0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd,
                                         0x2a1462b3)):
            if (top >> bit) & 1:
                checksum ^= generator
    assert checksum == 0x2bc830a3, "the code has a slip"
    number = 0
    for symbol in symbols[:32]:
        number = number << 5 | symbol
    return number.to_bytes(20, "big")


def check_state_root(database):
    """docs/FORMAT.md, "The state root"."""
    buckets = [[] for _ in range(4096)]
    rows = database.execute("SELECT id, version, hash FROM record_ids ORDER BY id").fetchall()
    for record, version, digest in rows:
        buckets[record[0] << 4 | record[1] >> 4].append(record + struct.pack("<Q", version) + digest)
    level = [hashlib.sha256(b"\0" + b"".join(bucket)).digest() for bucket in buckets]
    while len(level) > 1:
        level = [hashlib.sha256(b"\1" + level[i] + level[i + 1]).digest()
                 for i in range(0, len(level), 2)]
    root = hashlib.sha256(b"\2" + struct.pack("<Q", len(rows)) + level[0]).digest()
    assert root == database.execute("SELECT value FROM state WHERE key = 'root'").fetchone()[0]


def check_state_sums(state):
    """docs/FORMAT.md, "vault.db"."""
    names = sorted(name.encode() for name in state
                   if name not in ("schema", "sums") and "/" not in name)
    assert state["sums"] == b"".join(
        bytes([len(name)]) + name + hashlib.sha256(state[name.decode()]).digest() for name in names)


def open_vault(folder, kind, secret):
    slots = read_key_slots(os.path.join(folder, "keyslots"))
    vault_key = None
    for slot in slots["slots"]:
        if KINDS[slot["kind"]] == kind and vault_key is None:
            vault_key = open_slot(slots, slot, secret)
    assert vault_key is not None, "no slot opens"
    mac_key = hkdf(vault_key, b"", b"sparekey/v1/header-mac", 32)
    assert hmac_sha256(mac_key, b"sparekey keyslots 1\n", slots["body"]) == slots["mac"]
    device = unwrap(vault_key, slots, b"sparekey/v1/device-secrets", slots["sealed_device"])
    with tempfile.TemporaryDirectory() as scratch:
        path = os.path.join(scratch, "plain.db")
        with open(path, "wb") as file:
            file.write(decrypt_database(os.path.join(folder, "vault.db"), device[:32]))
        database = sqlite3.connect(f"file:{path}?immutable=1", uri=True)
        state = dict(database.execute("SELECT key, value FROM state"))
        assert state["vault"] == slots["vault"]
        check_state_root(database)
        check_state_sums(state)
        keyring = read_keyring(unwrap(vault_key, slots, b"sparekey/v1/keyring", state["keyring"]))
        items, history = [], 0
        for record, version, digest, epoch, kind_of, blob in database.execute(
                "SELECT record_ids.id, version, hash, epoch, records.type, blob FROM record_ids "
                "JOIN records USING(seq) ORDER BY record_ids.id"):
            assert hashlib.sha256(blob).digest() == digest
            body = open_record(slots, keyring, record, version, epoch, kind_of, blob)
            if kind_of == 1:
                items.append(as_json(record, read_item(body)))
            elif kind_of == 2:
                reader = Reader(body)
                item = reader.take(16)
                key = (reader.u8(), reader.u16(), reader.blob().decode())
                stamp = read_stamp(reader)
                reader.u8(), reader.u32(), reader.blob()
                reader.end()
                field = struct.pack("<BH", key[0], key[1]) + key[2].encode()
                name = hmac_sha256(keyring["id_key"], b"sparekey/v1/history-id", item,
                                   struct.pack("<QI", stamp[0], stamp[1]) + stamp[2], field)
                assert name[:16] == record
                history += 1
        database.close()
    return items, history


def test(program):
    with tempfile.TemporaryDirectory() as home:
        password = "correct horse p\u00e9tard"
        password_file = os.path.join(home, "password")
        with open(password_file, "w", encoding="utf-8") as file:
            file.write(password + "\n")

        def run(*arguments, document=None):
            done = subprocess.run(
                [program, *arguments, "--password-file", password_file], input=document,
                capture_output=True, text=True, check=False,
                env={"HOME": home, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"})
            assert done.returncode == 0, done.stderr
            return done.stdout

        kit = json.loads(run("init", "--kdf-memory", "64MiB", "--kdf-passes", "3", "--json"))
        for i in range(6):
            run("add", "--stdin", document=json.dumps(
                {"title": f"Site {i} \u2764", "username": f"user{i}", "password": "p" * i,
                 "urls": [f"https://{i}.example/", "https://second.example"], "tags": ["b", "a"],
                 "notes": "n" * (i * 50), "favorite": i % 2 == 0,
                 "fields": [{"name": "pin", "value": str(i), "secret": True},
                            {"name": "pin", "value": "again", "secret": False}]}))
        run("edit", "site 3", "--stdin", document='{"password": "new", "tags": ["c"]}')
        run("rm", "site 4")
        run("slots", "add", "keyfile", os.path.join(home, "key"))
        with open(os.path.join(home, "key"), "rb") as file:
            key_file = file.read()
        wanted = sorted(json.loads(run("export", "--yes"))["items"], key=lambda item: item["id"])
        folder = os.path.join(home, ".local/share/sparekey/default")
        for kind, secret in (("password", password.encode()),
                             ("recovery", parse_paper(kit["recovery_code"], "rc")),
                             ("keyfile", key_file)):
            items, history = open_vault(folder, kind, secret)
            assert history >= 3, history
            assert len(items) == len(wanted) == 6
            for ours, theirs in zip(sorted(items, key=lambda item: item["id"]), wanted):
                for key, value in ours.items():
                    default = False if key in ("favorite", "deleted") else type(value)()
                    assert theirs.get(key, default) == value, (key, value, theirs.get(key))
        slots = read_key_slots(os.path.join(folder, "keyslots"))
        assert parse_paper(kit["secret_key"], "sk") == slots["secret_key"]
        wrong = [slot for slot in slots["slots"] if KINDS[slot["kind"]] == "password"][0]
        assert open_slot(slots, wrong, b"wrong") is None
        print(f"opened by password, recovery code and key file: {len(items)} items, "
              f"{history} history records, state root and every page as documented")


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] == "--test":
        test(sys.argv[2])
    elif len(sys.argv) == 4:
        with open(sys.argv[3], "rb") as secret_file:
            given = secret_file.read()
        if sys.argv[2] == "password":
            given = given.split(b"\n")[0]
        elif sys.argv[2] == "recovery":
            given = parse_paper(given.decode(), "rc")
        print(json.dumps(open_vault(sys.argv[1], sys.argv[2], given)[0], indent=1))
    else:
        sys.exit(__doc__)
