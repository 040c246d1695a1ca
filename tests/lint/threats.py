#!/usr/bin/python3
"""docs/THREATS.md is honest: each item of the attack list from S-01 to S-50, O-01 to O-42 and H-01 to H-34 has one row, each row names a test, an impossibility, an open point or a measure, and each test that is named exists.

usage: threats.py SOURCE-FOLDER
"""
import pathlib
import re
import sys

TEST_CASE = re.compile(r'TEST_CASE(?:_METHOD)?\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+)')
MARKS = ("Impossible", "Open", "](decisions/")
ITEMS = [f"S-{n:02}" for n in range(1, 51)] + [f"O-{n:02}" for n in range(1, 43)] + [f"H-{n:02}" for n in range(1, 35)]


def test_names(folder):
    names = set()
    for path in folder.rglob("*.cpp"):
        for literal in TEST_CASE.findall(path.read_text()):
            names.add("".join(re.findall(r'"((?:[^"\\]|\\.)*)"', literal)))
    names.update(re.findall(r'add_test\(NAME "(lint: [^"]+)"', (folder / "CMakeLists.txt").read_text()))
    return names


def complaints(source):
    names = test_names(source / "tests")
    rows = re.findall(r"^\| ([SOH]-\d\d) \| [^|]+ \| (.+) \|$", (source / "docs/THREATS.md").read_text(), re.M)
    for item in ITEMS:
        if sum(found == item for found, _ in rows) != 1:
            yield f"{item} has not one row"
    for item, text in rows:
        if item not in ITEMS:
            yield f"{item} is no item"
        tests = re.findall(r'"([^"]+)"', text)
        if not tests and not any(mark in text for mark in MARKS):
            yield f"{item} names nothing that holds it"
        for test in tests:
            if test not in names:
                yield f'{item} names "{test}", which is no test'


def main():
    found = list(complaints(pathlib.Path(sys.argv[1])))
    for complaint in found:
        print(complaint, file=sys.stderr)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
