#!/usr/bin/python3
"""Holds what docs/ARCHITECTURE.md draws: which layer may include which, which folder may name which
library, one namespace a layer, one definition a name, and no trace of a mutant's switch in the
release program.

usage: borders.py SOURCE-FOLDER [RELEASE-PROGRAM]
"""
import collections
import pathlib
import re
import subprocess
import sys

LAYERS = {"core": {"core"}, "storage": {"core", "storage"}, "sync": {"core", "sync"},
          "cli": {"core", "storage", "sync", "cli"}}
# What may name a library: folders or files, by prefix.
LIBRARIES = {
    r"\bsqlite3_\w+\(|<sqlite3\.h>": ["storage/sqlite/", "sync/server/store/sqlite/"],
    r"<sodium\.h>": ["core/secret/", "core/crypto/"],
    r"<libgfshare\.h>": ["core/crypto/shamir.cpp"],
    r"<openssl/": ["core/crypto/", "sync/server/http/tls", "sync/server/oidc/"],
    r"<boost/interprocess": ["storage/sqlite/locked_heap.cpp"],
    r"<cereal/": ["core/codec/archive.h"],
    r"#include .core/codec/archive\.h": ["core/codec/", "core/chain/", "core/replica/",
                                         "cli/agent/message_archive.h"],
    r"<boost/asio": ["cli/agent/server/", "sync/server/http/"],
    r"<boost/beast": ["sync/server/http/"],
    r"<pqxx/|<libpq": ["sync/server/store/postgres/"],
    r"<cjose/": ["sync/server/oidc/"],
    r"<curl/": ["sync/http_client/"],
    r"<spdlog/": ["sync/server/log/"],
    r"<utf8proc\.h>": ["core/text/"],
    r"<boost/json": ["cli/formats/", "cli/server/", "sync/"],
    r"<CLI/": ["cli/command_line.cpp", "cli/server/command_line.cpp"],
    r"<pugixml\.hpp>": ["cli/formats/keepass_"],
    r"<toml\+\+/": ["cli/config.cpp", "sync/server/config/reader.h"],
    r"<zlib\.h>": ["cli/formats/gzip.cpp"],
    r"<qrencode\.h>": ["cli/libexec_programs/qr.cpp"],
    r"<graphviz/": ["cli/libexec_programs/layout.cpp"],
    r"<zip\.h>": ["cli/libexec_programs/unzip.cpp", "tests/support/zip_file.cpp"],
    r"<zxcvbn\.h>": ["core/strength/"],
    r"<systemd/": ["cli/libexec_programs/logind.cpp"],
    r"<hs/": ["cli/scan/program/hyperscan_matcher.cpp"],
    r"<git2\.h>": ["cli/scan/program/repository.h"],
    r"<botan/": ["cli/libexec_programs/bcrypt.cpp"],
}
# The server's SQL is constant: a Query or Script is made at compile time, and nothing else reaches a
# database (H-16). What a compiler cannot see is text that is put together before it gets there.
SQL_PLACES = {
    r"\bsqlite3_(exec|prepare\w*)\(": ["sync/server/store/sqlite/connection.cpp",
                                       "sync/server/store/sqlite/statement.cpp"],
    r"\bPQexec\w*\(|\bexec_params\w*\(|\bexec_prepared\(|\bwork\.exec\(":
        ["sync/server/store/postgres/connection.cpp"],
    r"\"[^\"\n]*\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|WHERE|VALUES|PRAGMA)\b[^\"\n]*\"\s*\+": [],
    r"\+=?\s*\"[^\"\n]*\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|WHERE|VALUES|PRAGMA)\b": [],
}
# Core has no I/O, no clock and no globals: these headers would bring them.
OUTSIDE = r"<(fstream|iostream|filesystem|chrono|thread|mutex|ctime|unistd\.h|fcntl\.h|sys/[a-z]+\.h)>"


def sources(folder):
    """Not what Python leaves beside its own, such as x.cpython-311.pyc."""
    return sorted(path for path in folder.rglob("*") if path.suffix in (".cpp", ".h"))


def complaints(root):
    for layer, allowed in LAYERS.items():
        for path in sources(root / layer):
            name = path.relative_to(root).as_posix()
            text = path.read_text(encoding="utf-8")
            for included in re.findall(r'#include "([^"]+)"', text):
                if included.split("/")[0] not in allowed:
                    yield f"{name} includes {included}: {layer} may not"
                if not (root / included).exists():
                    yield f"{name} includes {included} other than from the root"
            for pattern, places in LIBRARIES.items():
                if re.search(pattern, text) and not name.startswith(tuple(places)):
                    yield f"{name} names {pattern}, which belongs to {', '.join(places)}"
            if layer == "core" and re.search(OUTSIDE, text):
                yield f"{name} reaches outside of core"
            if re.search(r"^namespace \w", text, re.M) and f"namespace sparekey::{layer}" not in text:
                yield f"{name} lives in another namespace than its folder"
            if path.suffix == ".h" and "#pragma once" not in text:
                yield f"{name} has no #pragma once"


def sql_complaints(root):
    for path in sources(root / "sync"):
        name = path.relative_to(root).as_posix()
        text = path.read_text(encoding="utf-8")
        for pattern, places in SQL_PLACES.items():
            if re.search(pattern, text) and not name.startswith(tuple(places)):
                yield f"{name} builds or runs SQL by itself: {pattern}"


def definitions(path):
    """The names that `path` gives to types which other files could see, with their namespaces."""
    spaces = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if opened := re.match(r"namespace ([\w:]*) ?\{$", line):
            spaces.append(opened.group(1))
        elif line.startswith("}  // namespace"):
            spaces.pop()
        elif "" in spaces:  # nobody else's
            continue
        elif defined := re.match(r"(?:struct|class|enum|union)(?: class)? (\w+)\b(?!::|.*;$)", line):
            yield "::".join([*spaces, defined.group(1)])


def definition_complaints(root):
    """Two types of one name in one program are one to its linker: whichever vector<T> it keeps then
    walks over the other's elements (the one-definition rule, which no compiler checks)."""
    places = collections.defaultdict(set)
    for path in [path for layer in [*LAYERS, "tests"] for path in sources(root / layer)]:
        for name in definitions(path):
            places[name].add(path.relative_to(root).as_posix())
    for name, files in places.items():
        if len(files) > 1:
            yield f"{name} is defined in each of {', '.join(sorted(files))}"


def function_complaints(build):
    """The same of functions, in what was built: two of one name and parameters in two libraries are
    one to a linker that needs only one of them, whatever they return."""
    places = collections.defaultdict(set)
    for library in sorted(build.glob("**/libsparekey_*.a")):
        listed = subprocess.run(["nm", "--defined-only", "--extern-only", "--demangle", library],
                                check=True, capture_output=True, text=True).stdout
        for symbol in re.findall(r"^\S+ T (sparekey::.*)$", listed, re.M):
            places[re.sub(r"\[abi:\w+\]", "", symbol)].add(library.name)
    if not places:
        yield f"no library of ours lies in {build}"
    for name, libraries in places.items():
        if len(libraries) > 1:
            yield f"{name} is defined in each of {', '.join(sorted(libraries))}"


def mutants(root):
    found = set()
    for layer in LAYERS:
        for path in (root / layer).rglob("*.cpp"):
            found |= set(re.findall(r'SPAREKEY_LEFT_OUT\("([a-z-]+)"\)', path.read_text()))
    return found


def main():
    root = pathlib.Path(sys.argv[1])
    found = [*complaints(root), *sql_complaints(root), *definition_complaints(root)]
    names = mutants(root)
    tests = "".join(path.read_text() for path in (root / "tests").rglob("*_test.cpp"))
    found += [f"no test is tagged [mutant:{name}]" for name in sorted(names)
              if f"[mutant:{name}]" not in tests]
    if len(sys.argv) > 2 and sys.argv[2]:  # a build with mutants hands over nothing
        path = pathlib.Path(sys.argv[2])
        found += function_complaints(path.parents[1])
        program = path.read_bytes()
        found += [f"the release program holds the mutant's name {name}" for name in sorted(names)
                  if b"\0" + name.encode() + b"\0" in program]
        found += ["the release program reads $SPAREKEY_MUTANT"] * (b"SPAREKEY_MUTANT" in program)
    print("\n".join(found) if found else f"borders hold; {len(names)} mutants, each with a test")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
