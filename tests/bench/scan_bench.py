#!/usr/bin/python3
"""`sparekey scan` of Linux's sources for the secrets of a vault, beside grep for one fixed string.

    scan_bench.py [PROGRAM] [--secrets N] [--sources FOLDER] [--rounds N]

Without --sources it fetches Debian's package linux-source-6.1 or -6.12 (apt-get download) into
build/scan-sources. Prints figures and every find, judges nothing. Runs alternate, and the ratio is the
median of the ratios of neighbouring runs.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

from bench import ROOT, entries, write_bitwarden


def fetched():
    folder = ROOT / "build/scan-sources"
    if not (folder / "sources").is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        for package in ("linux-source-6.1", "linux-source-6.12"):
            if subprocess.run(["apt-get", "download", package], cwd=folder, capture_output=True).returncode == 0:
                break
        subprocess.run(["dpkg-deb", "-x", next(folder.glob("*.deb")), folder / "package"], check=True)
        archive = next((folder / "package/usr/src").glob("linux-source-*.tar.xz"))
        (folder / "unpacking").mkdir(exist_ok=True)
        subprocess.run(["tar", "-xf", archive, "-C", folder / "unpacking"], check=True)
        (folder / "unpacking").rename(folder / "sources")
    return folder / "sources"


def timed(command, **options):
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, **options)
    return time.perf_counter() - start, done


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", nargs="?", default=ROOT / "build/release/bin/sparekey")
    parser.add_argument("--secrets", type=int, default=10_000)
    parser.add_argument("--sources", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    sources = (given.sources or fetched()).resolve()
    with tempfile.TemporaryDirectory() as home:
        base = pathlib.Path(home)
        (base / "run").mkdir(mode=0o700)
        (base / "password").write_text("scan-bench password 1\n")
        environment = {"PATH": os.environ["PATH"], "HOME": home, "XDG_RUNTIME_DIR": str(base / "run"),
                       "SPAREKEY_PASSWORD_FILE": str(base / "password"), "LC_ALL": "C.UTF-8"}

        def sparekey(*arguments):
            return timed([given.program, *arguments], env=environment)

        def step(*arguments):
            done = sparekey(*arguments)[1]
            if done.returncode != 0:
                sys.exit(f"sparekey {' '.join(arguments)}: {done.stderr}")

        step("init", "--kdf-memory", "64MiB", "--kdf-passes", "3")
        made = entries(given.secrets)
        write_bitwarden(base / "items.json", made)
        step("import", "bitwarden-json", str(base / "items.json"))
        step("unlock")
        try:
            (base / "nothing").mkdir()
            sparekey("scan", str(sources), "--json")  # so that the files are in memory for all
            grep, scan, empty, report = [], [], [], {}
            for _ in range(given.rounds):
                grep.append(timed(["grep", "-r", "-c", "-F", made[0]["password"], str(sources)])[0])
                took, done = sparekey("scan", str(sources), "--json")
                scan.append(took)
                report = json.loads(done.stdout)
                empty.append(sparekey("scan", str(base / "nothing"))[0])
        finally:
            subprocess.run([given.program, "agent", "--stop"], env=environment, check=False)
    ratio = statistics.median(a / b for a, b in zip(grep, scan))
    size = sum(path.stat().st_size for path in sources.rglob("*") if path.is_file() and not path.is_symlink())
    print(f"{size / 1e9:.2f} GB, {report['scanned']} texts, {report['secrets']} secrets, "
          f"{report['skipped']} passed over")
    print(f"grep {statistics.median(grep):.2f} s, scan {statistics.median(scan):.2f} s, of which the secrets "
          f"{statistics.median(empty):.2f} s")
    print(f"speed of scan / speed of grep: {ratio:.2f} (goal 0.25)")
    print(f"{len(report['findings'])} finds (goal: none)")
    for find in report["findings"]:
        print(f"  {find['kind']} {find['path']}:{find['line']}")


if __name__ == "__main__":
    main()
