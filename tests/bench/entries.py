"""The same entries for every program, from one seed; and the files that programs import them from."""

import base64
import json
import random
from xml.sax.saxutils import escape

WORDS = ("amber bridge cedar delta ember fjord garnet harbor island jasper kernel lantern meadow "
         "nectar orchid pebble quartz ridge saffron timber umber valley willow yarrow zephyr "
         "copper falcon glacier hazel indigo juniper lagoon marble nimbus").split()
LETTERS = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789!#%+-=?@_"


def entries(count):
    """Title, user, 20-character password, URL, 0-30 words of notes, TOTP on a fifth."""
    rng = random.Random(20261125)
    made = []
    for n in range(count):
        a, b = rng.choice(WORDS), rng.choice(WORDS)
        made.append({
            "title": f"{a.title()} {b.title()} {n:06}",
            "username": f"{rng.choice(WORDS)}.{rng.choice(WORDS)}{rng.randrange(1000)}@{a}.example",
            "password": "".join(rng.choices(LETTERS, k=20)),
            "url": f"https://{a}-{b}{rng.randrange(100000)}.example/login",
            "notes": " ".join(rng.choices(WORDS, k=rng.randrange(31))),
            "totp": base64.b32encode(rng.randbytes(20)).decode() if rng.random() < 0.2 else None,
            "id": rng.randbytes(16),
        })
    return made


def write_bitwarden(path, made):
    items = []
    for one in made:
        text = one["id"].hex()
        items.append({
            "id": "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:])),
            "type": 1, "name": one["title"], "notes": one["notes"] or None, "favorite": False,
            "folderId": None, "fields": [],
            "login": {"username": one["username"], "password": one["password"],
                      "totp": one["totp"], "uris": [{"match": None, "uri": one["url"]}]},
        })
    path.write_text(json.dumps({"encrypted": False, "folders": [], "items": items}))


def write_keepass(path, made):
    def string(key, value):
        return f"<String><Key>{key}</Key><Value>{escape(value)}</Value></String>"

    with path.open("w") as out:
        out.write('<?xml version="1.0" encoding="utf-8"?>\n<KeePassFile><Meta/><Root><Group>'
                  "<UUID>AAAAAAAAAAAAAAAAAAAAAQ==</UUID><Name>Root</Name>\n")
        for one in made:
            out.write(f"<Entry><UUID>{base64.b64encode(one['id']).decode()}</UUID>"
                      + string("Title", one["title"]) + string("UserName", one["username"])
                      + string("Password", one["password"]) + string("URL", one["url"])
                      + string("Notes", one["notes"])
                      + (string("otp", f"otpauth://totp/x?secret={one['totp']}")
                         if one["totp"] else "") + "</Entry>\n")
        out.write("</Group></Root></KeePassFile>\n")
