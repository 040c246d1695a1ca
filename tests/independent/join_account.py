#!/usr/bin/python3
"""A client that was written from docs/PROTOCOL.md, docs/FORMAT.md and docs/CRYPTO.md alone: joins an
account with the Secret Key and the master password, reads its whole history, verifies it, and opens its items.

usage: join_account.py ORIGIN SECRET-KEY-FILE PASSWORD-FILE

Prints a line of JSON with the address at which a person has to sign in; then, once that was done, a line with the
items. Fails by an exception.
"""
import base64
import hashlib
import json
import os
import struct
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from open_vault import (KINDS, Reader, as_json, hchacha20, hkdf, open_record, open_slot, parse_paper, read_item,
                        read_keyring, to_base32, unwrap)
from read_chain import check_history, read_commit, read_roster, sha256, state_root, verify

CLIENT = "sparekey-cli"
BODY = "application/vnd.sparekey.v1"
GRANT = "urn:ietf:params:oauth:grant-type:"


def base64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def from_base64url(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def sized(data):
    return struct.pack("<I", len(data)) + data


def compact(document):
    return json.dumps(document, separators=(",", ":"))


def say(document):
    print(compact(document), flush=True)


def aead_seal(key, plaintext, associated):
    nonce = os.urandom(24)
    subkey = hchacha20(key, nonce[:16])
    return nonce + ChaCha20Poly1305(subkey).encrypt(b"\0\0\0\0" + nonce[16:], plaintext, associated)


class Device:
    def __init__(self):
        self.signing, self.box = Ed25519PrivateKey.generate(), X25519PrivateKey.generate()
        self.signing_public = self.signing.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.box_public = self.box.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.id = sha256(b"sparekey/v1/device", self.signing_public, self.box_public)[:16]


class Server:
    """Requests to one origin, with a token once there is one."""

    def __init__(self, origin):
        self.origin, self.token = origin, None

    def send(self, path, body=None, kind=None):
        request = urllib.request.Request(self.origin + path, body)
        if kind:
            request.add_header("Content-Type", kind)
        if self.token:
            request.add_header("Authorization", "Bearer " + self.token)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def get(self, path):
        status, body = self.send(path)
        assert status == 200, (path, status, body)
        return body

    def post(self, path, body, kind):
        status, answer = self.send(path, body, kind)
        assert status in (200, 201), (path, status, answer)
        return answer

    def form(self, path, **fields):
        return self.send(path, urllib.parse.urlencode(fields).encode(), "application/x-www-form-urlencoded")


def sign_in(server, device):
    """RFC 8628: a person signs in elsewhere; the token is an enrolment's."""
    status, answer = server.form("/oauth/device_authorization", client_id=CLIENT, device_name="snake",
                                 device_key=base64url(device.signing_public),
                                 receiving_key=base64url(device.box_public))
    assert status == 200, answer
    codes = json.loads(answer)
    say({"verification_uri_complete": codes["verification_uri_complete"]})
    wait = codes.get("interval", 5)
    while True:
        time.sleep(wait)
        status, answer = server.form("/oauth/token", grant_type=GRANT + "device_code", client_id=CLIENT,
                                     device_code=codes["device_code"])
        answer = json.loads(answer)
        if status == 200:
            return answer["access_token"]
        assert answer["error"] in ("authorization_pending", "slow_down"), answer
        wait += 5 * (answer["error"] == "slow_down")


def read_slots(data):
    """The account's slots: docs/FORMAT.md, "keyslots"."""
    reader = Reader(data)
    assert reader.u8() == 1
    slots = {"vault": reader.take(16), "generation": reader.u32(), "policy": (reader.u64(), reader.u32())}
    slots["slots"] = [{"id": reader.take(16), "kind": reader.u8(), "created": reader.u64(),
                       "generation": reader.u32(), "salt": reader.take(16), "memory": reader.u64(),
                       "passes": reader.u32(), "opener": reader.take(32), "commitment": reader.take(32),
                       "wrapped": reader.blob()} for _ in range(reader.u32())]
    reader.end()
    return slots


def read_signed(reader):
    return reader.blob(), reader.take(64)


def open_account(server, device, secret_key):
    """What is told to whoever proves the Secret Key: docs/CRYPTO.md, "Enrolment"."""
    enrolment = json.loads(server.get("/api/v1/enrolment"))
    account = enrolment["account"]
    vault = base64.b32decode(account.upper() + "======")
    seed = hkdf(secret_key, vault, b"sparekey/v1/opener/secret-key", 32)
    opener = Ed25519PrivateKey.from_private_bytes(seed)
    facts = (vault + sized(server.origin.encode()) + device.signing_public + device.box_public
             + from_base64url(enrolment["nonce"]))
    public = opener.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    proof = {"opener": base64url(public),
             "signature": base64url(opener.sign(b"sparekey/v1/open-enrolment" + facts))}
    reader = Reader(server.post("/api/v1/enrolment/open", json.dumps(proof).encode(), "application/json"))
    opened = {"vault": vault, "slots": reader.blob(), "keyring": reader.blob(), "roster": read_signed(reader),
              "head": read_signed(reader)}
    if reader.u8():
        read_signed(reader)
    reader.end()
    return opened


def open_keys(opened, secret_key, password):
    slots = read_slots(opened["slots"])
    slots["secret_key"] = secret_key
    assert slots["vault"] == opened["vault"]
    for slot in slots["slots"]:
        vault_key = open_slot(slots, slot, password) if KINDS[slot["kind"]] == "password" else None
        if vault_key:
            return slots, read_keyring(unwrap(vault_key, slots, b"sparekey/v1/keyring", opened["keyring"]))
    raise AssertionError("the password opens no slot")


def check_opened(opened, keyring):
    """docs/PROTOCOL.md, last paragraph: they hold each other, and the account key in the keyring holds them."""
    ask = Ed25519PrivateKey.from_private_bytes(keyring["account"][-1])
    public = ask.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    roster, (head, *_) = read_roster(opened["roster"][0]), read_commit(sized(opened["head"][0]) + opened["head"][1])
    assert roster["ask"] == public and roster["vault"] == opened["vault"]
    verify(public, b"sparekey/v1/roster", *opened["roster"])
    assert head["vault"] == opened["vault"] and head["epoch"] == roster["epoch"] and head["n"] >= roster["n"]
    assert head["roster"] == sha256(b"sparekey/v1/roster", opened["roster"][0])
    verify(roster["devices"][head["device"]][0], b"sparekey/v1/commit", *opened["head"])
    assert sha256(opened["slots"]) in opened["roster"][0] and sha256(opened["keyring"]) in opened["roster"][0]
    return ask, head


def sealed_name(keyring, vault, device, name):
    label, epoch = b"sparekey/v1/device-name", struct.pack("<I", len(keyring["epochs"]))
    key = hkdf(keyring["epochs"][-1], device.id, label, 32)
    padded = bytes([len(name)]) + name + bytes(127 - len(name))
    return epoch + aead_seal(key, padded, label + b"\1" + vault + device.id + epoch)


def roster_with(roster, number, device, name):
    """The roster's next one, which lists one device more."""
    reader = Reader(roster)
    start = reader.take(2 + 16)
    reader.take(8 + 32)
    devices = {}
    for _ in range(reader.u32()):
        signing, box, their_name = reader.take(32), reader.take(32), reader.blob()
        devices[sha256(b"sparekey/v1/device", signing, box)[:16]] = signing + box + sized(their_name)
    devices[device.id] = device.signing_public + device.box_public + sized(name)
    return (start + struct.pack("<Q", number) + sha256(b"sparekey/v1/roster", roster)
            + struct.pack("<I", len(devices)) + b"".join(devices[one] for one in sorted(devices))
            + roster[reader.at:])


def join(server, device, opened, keyring):
    ask, head = check_opened(opened, keyring)
    vault, number = opened["vault"], head["n"] + 1
    roster = roster_with(opened["roster"][0], number, device, sealed_name(keyring, vault, device, b"snake"))
    commit = (b"\1" + vault + struct.pack("<Q", number) + sha256(b"sparekey/v1/commit", opened["head"][0])
              + device.id + sha256(b"sparekey/v1/roster", roster) + b"\1" + sized(roster)
              + ask.sign(b"sparekey/v1/roster" + roster) + struct.pack("<II", len(keyring["epochs"]), 0)
              + head["root"] + struct.pack("<Q", int(time.time() * 1000)))
    push = (sized(commit) + device.signing.sign(b"sparekey/v1/commit" + commit) + struct.pack("<I", 0)
            + b"\1" + sized(opened["slots"]) + sized(opened["keyring"]))
    reader = Reader(server.post("/api/v1/commits", push, BODY))
    assert (reader.u64(), reader.take(32)) == (number, sha256(b"sparekey/v1/commit", commit))


def member_token(server, device, vault):
    """docs/CRYPTO.md, "Assertions"."""
    name, now = to_base32(device.id) + "." + to_base32(vault), int(time.time())
    claims = {"iss": name, "sub": name, "aud": server.origin + "/oauth/token", "iat": now, "exp": now + 60,
              "jti": to_base32(os.urandom(16))}
    text = ".".join(base64url(compact(part).encode())
                    for part in ({"alg": "EdDSA", "typ": "JWT"}, claims))
    assertion = text + "." + base64url(device.signing.sign(text.encode()))
    status, answer = server.form("/oauth/token", grant_type=GRANT + "jwt-bearer", assertion=assertion)
    assert status == 200, answer
    return json.loads(answer)["access_token"]


def pull_commits(server):
    commits = []
    while True:
        reader = Reader(server.get(f"/api/v1/commits?after={len(commits)}"))
        number, head = reader.u64(), reader.take(32)
        page = [sized(data) + signature for data, signature in
                (read_signed(reader) for _ in range(reader.u32()))]
        assert page or number == len(commits)
        commits += page
        if number == len(commits):
            return commits, head


def pull_records(server):
    records, after = {}, ""
    while True:
        reader = Reader(server.get("/api/v1/snapshot" + after))
        reader.take(8 + 32)
        for _ in range(reader.u32()):
            record = reader.take(16)
            records[record] = (reader.u64(), reader.blob())
        more = reader.u8()
        reader.end()
        if not more:
            return records
        after = "?after=" + to_base32(max(records))


def item_of(slots, keyring, record, version, blob):
    """Nothing for what is no item."""
    for epoch in range(len(keyring["epochs"]), 0, -1):
        try:
            return as_json(record, read_item(open_record(slots, keyring, record, version, epoch, 1, blob)))
        except InvalidTag:
            continue
        except AssertionError:
            return None
    raise AssertionError("a record opens under no epoch")


def main():
    origin, secret_key_file, password_file = sys.argv[1:]
    with open(secret_key_file, encoding="ascii") as file:
        secret_key = parse_paper(file.read(), "sk")
    with open(password_file, "rb") as file:
        password = file.read().split(b"\n")[0]
    server, device = Server(origin), Device()
    server.token = sign_in(server, device)
    opened = open_account(server, device, secret_key)
    slots, keyring = open_keys(opened, secret_key, password)
    join(server, device, opened, keyring)
    server.token = None
    server.token = member_token(server, device, opened["vault"])
    commits, head = pull_commits(server)
    verified, roster = check_history(opened["vault"], commits)
    assert verified == head and device.id in roster["devices"] and roster["origin"] == origin
    records = pull_records(server)
    leaves = {record: (version, hashlib.sha256(blob).digest()) for record, (version, blob) in records.items()}
    assert state_root(leaves) == read_commit(commits[-1])[0]["root"]
    items = [item_of(slots, keyring, record, *records[record]) for record in sorted(records)]
    say({"commits": len(commits), "items": [item for item in items if item]})


if __name__ == "__main__":
    main()
