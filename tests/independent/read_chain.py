#!/usr/bin/python3
"""Reads an account's history, an approval and a grant by docs/FORMAT.md and docs/CRYPTO.md alone, with
other libraries than Sparekey's: the vectors that core's own tests hold fast.

usage: read_chain.py tests/vectors/chain/chain.txt
"""
import base64
import hashlib
import struct
import sys

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from open_vault import Reader, aead_open, hkdf

ZERO = bytes(32)


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def verify(key, label, message, signature):
    Ed25519PublicKey.from_public_bytes(key).verify(signature, label + message)


def public_box_key(secret):
    public = X25519PrivateKey.from_private_bytes(secret).public_key()
    return public.public_bytes(Encoding.Raw, PublicFormat.Raw)


def open_box(secret, label, sealed, associated):
    """docs/CRYPTO.md, "Sealed to a device"."""
    ephemeral = sealed[:32]
    shared = X25519PrivateKey.from_private_bytes(secret).exchange(
        X25519PublicKey.from_public_bytes(ephemeral))
    key = hkdf(shared, ephemeral + public_box_key(secret), label, 32)
    return aead_open(key, sealed[32:], associated)


def read_roster(data):
    """docs/FORMAT.md, "Rosters and commits"."""
    reader = Reader(data)
    assert (reader.u8(), reader.u8()) == (1, 1), "format and suite"
    roster = {"vault": reader.take(16), "n": reader.u64(), "previous": reader.take(32)}
    roster["devices"] = {}
    for _ in range(reader.u32()):
        signing, box, _name = reader.take(32), reader.take(32), reader.blob()
        roster["devices"][sha256(b"sparekey/v1/device", signing, box)[:16]] = (signing, box)
    roster["ask"], roster["g"], roster["epoch"] = reader.take(32), reader.u32(), reader.u32()
    reader.take(32)
    roster["openers"] = [(reader.take(16), reader.u8(), reader.take(32)) for _ in range(reader.u32())]
    reader.u64(), reader.u32(), reader.take(32), reader.u8()
    roster["origin"] = reader.blob().decode()
    roster["grants"] = {reader.take(16): reader.take(104) for _ in range(reader.u32())}
    reader.end()
    return roster


def read_commit(signed):
    reader = Reader(signed)
    data, signature = reader.blob(), reader.take(64)
    reader.end()
    reader = Reader(data)
    assert reader.u8() == 1, "format"
    commit = {"vault": reader.take(16), "n": reader.u64(), "previous": reader.take(32),
              "device": reader.take(16), "roster": reader.take(32)}
    commit["new"] = (reader.blob(), reader.take(64)) if reader.u8() else None
    commit["epoch"] = reader.u32()
    commit["changes"] = []
    for _ in range(reader.u32()):
        record, version = reader.take(16), reader.u64()
        commit["changes"].append((record, version, reader.take(32) if reader.u8() else None))
    commit["root"], commit["time"] = reader.take(32), reader.u64()
    reader.end()
    return commit, data, signature


def state_root(leaves):
    """docs/FORMAT.md, "The state root"."""
    buckets = [b"\0"] * 4096
    for record in sorted(leaves):
        version, blob = leaves[record]
        buckets[record[0] << 4 | record[1] >> 4] += record + struct.pack("<Q", version) + blob
    level = [sha256(bucket) for bucket in buckets]
    while len(level) > 1:
        level = [sha256(b"\1", level[i], level[i + 1]) for i in range(0, len(level), 2)]
    return sha256(b"\2", struct.pack("<Q", len(leaves)), level[0])


def check_history(vault, commits):
    """The rules of docs/PROTOCOL.md, "What may follow what"; returns the head and its roster."""
    head, roster, roster_hash, leaves = ZERO, None, ZERO, {}
    for number, signed in enumerate(commits, 1):
        commit, data, signature = read_commit(signed)
        assert (commit["vault"], commit["n"], commit["previous"]) == (vault, number, head)
        listed = dict(roster["devices"]) if roster else {}
        if commit["new"]:
            after = read_roster(commit["new"][0])
            verify((roster or after)["ask"], b"sparekey/v1/roster", *commit["new"])
            assert (after["vault"], after["n"], after["previous"]) == (vault, number, roster_hash)
            roster, roster_hash = after, sha256(b"sparekey/v1/roster", commit["new"][0])
            listed.update(roster["devices"])
        assert (commit["roster"], commit["epoch"]) == (roster_hash, roster["epoch"])
        verify(listed[commit["device"]][0], b"sparekey/v1/commit", data, signature)
        for record, version, blob in commit["changes"]:
            assert record not in leaves or version == leaves[record][0] + 1
            leaves[record] = (version, blob)
            if blob is None:
                del leaves[record]
        assert state_root(leaves) == commit["root"]
        head = sha256(b"sparekey/v1/commit", data)
    return head, roster


def check_grant(vault, roster, box_secret, expected):
    mine = public_box_key(box_secret)
    device = next(name for name, keys in roster["devices"].items() if keys[1] == mine)
    associated = vault + struct.pack("<Q", roster["n"]) + device + struct.pack("<I", roster["g"])
    assert open_box(box_secret, b"sparekey/v1/grant", roster["grants"][device], associated) == expected


def check_approval(lines):
    enrolment = lines["enrolment"][0]
    verify(lines["member-signing"][0], b"sparekey/v1/open-enrolment", enrolment, lines["opening"][0])
    digest = sha256(b"sparekey/v1/approval-code", enrolment)
    code = base64.b32encode(digest).decode()[:20]
    assert "-".join(code[i:i + 5] for i in range(0, 20, 5)) == lines["code"][0]
    reader = Reader(lines["answer"][0])
    member, sealed, signature = reader.take(16), reader.blob(), reader.take(64)
    reader.end()
    verify(lines["member-signing"][0], b"sparekey/v1/approval-answer", enrolment + member + sealed,
           signature)
    content = open_box(lines["joining-box"][0], b"sparekey/v1/approval-box", sealed,
                       enrolment + member)
    assert content[:20] == lines["secret-key"][0]
    assert content[60:] == digest[:12] + bytes([digest[12] & 0xf0])


def check_name(lines):
    vault, device, sealed = lines["name-vault"][0], lines["name-device"][0], lines["name"][0]
    label = b"sparekey/v1/device-name"
    key = hkdf(lines["name-epoch-key"][0], device, label, 32)
    padded = aead_open(key, sealed[4:], label + b"\1" + vault + device + sealed[:4])
    assert padded == b"\6laptop" + bytes(121)


def main():
    lines = {}
    with open(sys.argv[1], encoding="ascii") as stream:
        for line in stream:
            name, value = line.split()
            lines.setdefault(name, []).append(value if name == "code" else bytes.fromhex(value))
    vault = lines["vault"][0]
    head, roster = check_history(vault, lines["commit"])
    assert head == lines["head"][0]
    check_grant(vault, roster, lines["box"][-1], lines["grant-key"][0])
    check_approval(lines)
    check_name(lines)
    print(f"{len(lines['commit'])} commits, a grant, an approval and a name read by their documentation")


if __name__ == "__main__":
    main()
