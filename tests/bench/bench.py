#!/usr/bin/python3
"""Whole processes of Sparekey beside its peers and its limits: README.md says what each row means.

    bench.py [PROGRAM] [--quick] [--json FILE] [--programs DIRECTORY] [--only ROW,...]

Prints figures, judges nothing. Runs alternate A, B, A, B ..., and a ratio is the median of the
ratios of neighbouring runs, so that other load on the machine meets both sides alike.
"""

import argparse
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from entries import entries, write_bitwarden, write_keepass
from passwords import PASS, Passwords

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "correct horse battery staple"
KEEPASSXC = shutil.which("keepassxc-cli")
OATHTOOL = shutil.which("oathtool")


# Running.

class Command:
    """One process; "{n}" in an argument becomes the number of the run."""

    def __init__(self, name, argv, environment, given="/dev/null", before=None):
        self.name, self.argv, self.environment = name, [str(part) for part in argv], environment
        self.given, self.before = str(given), before
        self.walls, self.memories = [], []

    def run(self, runner, number):
        if self.before:
            self.before()
        argv = [part.replace("{n}", str(number)) for part in self.argv]
        done = subprocess.run([runner, self.given, *argv], env=self.environment,
                              stdout=subprocess.PIPE, text=True, check=True)
        wall, memory, code = (int(part) for part in done.stdout.split())
        if code != 0:
            sys.exit(f"bench: {' '.join(argv)}: exit {code}")
        return wall / 1e6, memory / 1024

    @property
    def wall(self):
        return statistics.median(self.walls)

    @property
    def memory(self):
        return max(self.memories)


class Bench:
    def __init__(self, options, work):
        self.work = work
        self.program = Path(options.program).resolve()
        self.runner = str(Path(options.programs) / "bench_run")
        self.kdf = [Path(options.programs) / "bench_kdf", "64", "3"]
        self.keystroke = Path(options.programs) / "bench_keystroke"
        self.hello = [Path(options.programs) / "bench_hello_static"]
        self.quick = options.quick
        self.only = options.only.split(",") if options.only else None
        self.number = 0
        self.figures, self.ratios = [], []
        self.password_file = self.file("password", PASSWORD + "\n")
        self.twice_file = self.file("twice", f"{PASSWORD}\n{PASSWORD}\n")
        self.vaults = {}
        self.made = {}

    def file(self, name, text):
        path = self.work / name
        path.write_text(text)
        path.chmod(0o600)
        return path

    def wanted(self, row):
        return self.only is None or row in self.only

    def entries(self, size):
        if size not in self.made:
            self.made[size] = entries(size)
            write_bitwarden(self.work / f"{size}.json", self.made[size])
        return self.made[size]

    def environment(self, home):
        return {"HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8",
                "XDG_DATA_HOME": f"{home}/data", "XDG_STATE_HOME": f"{home}/state",
                "XDG_RUNTIME_DIR": f"{home}/run", "XDG_CONFIG_HOME": f"{home}/config",
                "XDG_CACHE_HOME": f"{home}/cache"}

    def once(self, argv, home, given=None):
        done = subprocess.run([str(part) for part in argv], env=self.environment(home),
                              stdin=open(given or "/dev/null", "rb"), capture_output=True,
                              text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"bench: {' '.join(map(str, argv))}: {done.stderr}")
        return done.stdout

    def home(self, name):
        home = self.work / name
        shutil.rmtree(home, ignore_errors=True)
        (home / "run").mkdir(parents=True, mode=0o700)
        return home

    def empty(self):
        """A vault of 64 MiB, 3 passes with nothing in it; its recovery code in a file."""
        if 0 not in self.vaults:
            home = self.home("vault-0")
            made = json.loads(self.once(
                [self.program, "init", "--json", "--kdf-memory", "64MiB", "--kdf-passes", "3",
                 "--password-file", self.password_file, "--kit", home / "kit.html"], home))
            self.recovery_file = self.file("recovery", made["recovery_code"] + "\n")
            self.vaults[0] = home
        return self.vaults[0]

    def copy_of_empty(self, home):
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(self.empty(), home)

    def vault(self, size):
        if size not in self.vaults:
            self.entries(size)
            home = self.work / f"vault-{size}"
            self.copy_of_empty(home)
            self.once([self.program, "import", "bitwarden-json", self.work / f"{size}.json",
                       "--no-agent", "--recovery-file", self.recovery_file], home)
            self.vaults[size] = home
        return self.vaults[size]

    def database(self, size):
        """A KDBX of keepassxc-cli import: AES-KDF, calibrated by it to 100 ms, its least."""
        path = self.work / f"{size}.kdbx"
        if not path.exists():
            xml = self.keepass(size)
            self.once([KEEPASSXC, "import", "-q", "-p", "-t", "100", xml, path],
                      self.empty(), self.twice_file)
        return path

    def keepass(self, size):
        xml = self.work / f"{size}.xml"
        if not xml.exists():
            write_keepass(xml, self.entries(size))
        return xml

    @staticmethod
    def command(*arguments, **more):
        return Command(*arguments, **more)

    def ours(self, size, arguments, unlock="recovery", name=None):
        home = self.vault(size)
        key = (["--recovery-file", self.recovery_file] if unlock == "recovery"
               else ["--password-file", self.password_file])
        return Command(name or f"sparekey {arguments[0]}, {size:,}, {unlock}",
                       [self.program, *arguments, "--no-agent", *key], self.environment(home))

    def peer(self, size, verb, *arguments):
        return Command(f"keepassxc-cli {verb}, {size:,}",
                       [KEEPASSXC, verb, "-q", *arguments[:-1], self.database(size),
                        arguments[-1]], self.environment(self.empty()), self.password_file)

    def compare(self, row, commands, runs):
        for command in commands:
            command.run(self.runner, self.number)
            self.number += 1
        for _ in range(runs):
            for command in commands:
                wall, memory = command.run(self.runner, self.number)
                self.number += 1
                command.walls.append(wall)
                command.memories.append(memory)
        for command in commands:
            self.figures.append({
                "row": row, "command": command.name, "runs": runs,
                "median_ms": round(command.wall, 3), "min_ms": round(min(command.walls), 3),
                "max_ms": round(max(command.walls), 3), "peak_mb": round(command.memory, 2)})
            print(f"{row:7} {command.name:44} {command.wall:9.2f} ms "
                  f"({min(command.walls):.2f}-{max(command.walls):.2f}), "
                  f"{command.memory:.1f} MB", flush=True)

    def judge(self, row, what, values, goal, moonshot=""):
        """values: one a pair of runs, or one alone."""
        self.ratios.append({
            "row": row, "what": what, "value": round(statistics.median(values), 4),
            "min": round(min(values), 4), "max": round(max(values), 4),
            "goal": goal, "moonshot": moonshot})

    # The rows, numbered as in README.md.

    def unlock(self):
        title = self.entries(10_000)[7_000]["title"]
        ours = self.ours(10_000, ["get", title, "password"], "password")
        alone = Command("bench_kdf: Argon2id 64 MiB, 3 passes", self.kdf, {})
        sides = [ours, alone]
        if KEEPASSXC:
            sides.append(self.peer(10_000, "show", title))
        self.compare("unlock", sides, 5 if self.quick else 11)
        self.judge("unlock", "get with unlock, 10k / the KDF alone", pairs(ours, alone), "",
                   "<= 1.08")
        if KEEPASSXC:
            self.judge("unlock", "the same / keepassxc-cli show (its AES-KDF, 100 ms)",
                       pairs(ours, sides[2]), "<= 1/4")

    def imports(self):
        for size in [10_000] if self.quick else [10_000, 100_000]:
            self.entries(size)
            self.empty()
            home = self.work / "import"
            ours = Command(f"sparekey import, {size:,}, recovery",
                           [self.program, "import", "bitwarden-json", self.work / f"{size}.json",
                            "--no-agent", "--recovery-file", self.recovery_file],
                           self.environment(home), before=lambda: self.copy_of_empty(home))
            sides = [ours]
            if KEEPASSXC and size == 10_000:
                made = self.work / "made.kdbx"
                for count in (size, 1):
                    sides.append(Command(
                        f"keepassxc-cli import, {count:,}",
                        [KEEPASSXC, "import", "-q", "-p", "-t", "100", self.keepass(count), made],
                        self.environment(self.empty()), self.twice_file,
                        lambda: made.unlink(missing_ok=True)))
            self.compare("import", sides, 3 if self.quick or size > 10_000 else 5)
            if len(sides) > 1:
                rest = [a / (b - c) for a, b, c in
                        zip(ours.walls, sides[1].walls, sides[2].walls)]
                self.judge("import", "import 10k / keepassxc-cli import beyond its import of one",
                           rest, "<= 1/2")
            if size == 10_000:
                self.judge("import", "import 10k, s", seconds(ours), "", "<= 0.25")
            else:
                self.judge("import", "import 100k, s", seconds(ours), "<= 3", "<= 1.2")
                self.judge("import", "import 100k, peak MB", [ours.memory], "<= 150", "<= 64")

    def find(self):
        sizes = [10_000] if self.quick else [10_000, 100_000]
        for size in sizes:
            part = self.entries(size)[7 * size // 10]["url"][10:22]
            ours = self.ours(size, ["find", part])
            bare = self.ours(size, ["unlock"])
            sides = [ours, bare]
            if KEEPASSXC and size == 10_000:
                sides.append(self.peer(size, "search", part))
            self.compare("find", sides, 7 if self.quick else 15)
            label = f"{size // 1000}k"
            self.judge("find", f"find, {label}, beyond unlock, ms",
                       [a - b for a, b in zip(ours.walls, bare.walls)], "", "<= 3")
            self.judge("find", f"find, {label} / unlock by recovery code", pairs(ours, bare), "")
            if len(sides) > 2:
                self.judge("find", f"find, {label} / keepassxc-cli search", pairs(ours, sides[2]),
                           "<= 1/25")

    def agent(self):
        """What an agent that holds the vault open is asked: find as a process, and a key of the
        finder."""
        found, stroke = {}, {}
        for size in [1_000, 10_000] if self.quick else [1_000, 10_000, 100_000]:
            home = self.vault(size)
            environment = self.environment(home)
            label = f"{size // 1000}k"
            lock = lambda: self.once([self.program, "agent", "--stop"], home)
            unlock = Command(f"sparekey unlock, {size:,}, agent",
                             [self.program, "unlock", "--password-file", self.password_file],
                             environment, before=lock)
            alone = Command("bench_kdf: Argon2id 64 MiB, 3 passes", self.kdf, {})
            self.compare("agent", [unlock, alone], 5 if self.quick else 11)
            self.judge("agent", f"unlock by the agent, {label}, beyond the KDF, ms",
                       [a - b for a, b in zip(unlock.walls, alone.walls)], "<= 50")
            part = self.entries(size)[7 * size // 10]["url"][10:22]
            find = Command(f"sparekey find, {size:,}, agent", [self.program, "find", part],
                           environment)
            self.compare("agent", [find], 15 if self.quick else 31)
            found[size] = find
            self.judge("agent", f"find, {label}, ms", find.walls, "", "<= 3")
            worst = self.keystrokes(size, home)
            stroke[size] = worst
            self.judge("agent", f"a key in the finder, {label}, worst query, ms", [worst], "<= 5")
            resident = self.resident(home)
            self.judge("agent", f"memory of the agent, {label}, MB", [resident],
                       {10_000: "<= 24", 100_000: "<= 64"}.get(size, ""))
            lock()
        sizes = list(found)
        self.judge("agent", f"find, {sizes[-1] // 1000}k / {sizes[0] // 1000}k",
                   pairs(found[sizes[-1]], found[sizes[0]]), "", "<= 1.05")

    def asked(self):
        """Whole commands that an agent answers, beside a process that does nothing."""
        got = {}
        for size in [1_000, 10_000] if self.quick else [1_000, 10_000, 100_000]:
            home = self.vault(size)
            label = f"{size // 1000}k"
            made = self.entries(size)
            one = next(one for one in made[7 * size // 10:] if one["totp"])
            self.once([self.program, "unlock", "--password-file", self.password_file], home)
            # The catalog is read between questions: a search waits for all of it.
            self.once([self.program, "find", one["title"]], home)
            sides = [Command(f"sparekey {name}, {size:,}, agent", [self.program, *arguments],
                             self.environment(home)) for name, arguments in (
                ("get", ["get", one["title"], "password"]),
                ("get by user name", ["get", one["username"], "password"]),
                ("otp", ["otp", one["title"]]),
                ("status", ["status"]),
                ("add", ["add", "Asked {n}", "--username", "someone", "--generate"]),
                ("edit", ["edit", made[3 * size // 10]["title"], "--username", "user-{n}"]))]
            coverage = Command(f"sparekey coverage, {size:,}, agent", [self.program, "coverage", "--json"],
                               self.environment(home))
            hello = Command("bench_hello_static", self.hello, {})
            code = [Command("oathtool --totp -b", [OATHTOOL, "--totp", "-b", one["totp"]],
                            self.environment(home))] if OATHTOOL else []
            self.compare("asked", [*sides, hello, *code], 15 if self.quick else 31)
            # Apart: who comes after it finds the processor's caches filled.
            alone = Command("bench_hello_static", self.hello, {})
            self.compare("asked", [coverage, alone], 7 if self.quick else 15)
            if size == 10_000:
                self.beside_peers(size, home)
            self.once([self.program, "agent", "--stop"], home)
            # Sizes are minutes apart: they are compared by what a hello took meanwhile.
            got[size] = [statistics.median(pairs(side, hello)) for side in sides]
            for side, verb in zip(sides, ("get", "get by user name", "otp", "status")):
                self.judge("asked", f"{verb}, {label} / static hello", pairs(side, hello), "",
                           "<= 2" if verb == "get" else "")
            for other in code:
                self.judge("asked", f"otp, {label} / oathtool", pairs(sides[2], other), "<= 3",
                           "<= 1.5")
            for side, verb in ((sides[4], "add"), (sides[5], "edit")):
                self.judge("asked", f"{verb} one, {label}, beyond static hello, ms",
                           [a - b for a, b in zip(side.walls, hello.walls)], "", "<= 3")
            self.judge("asked", f"coverage, {label}, beyond static hello, ms",
                       [a - b for a, b in zip(coverage.walls, alone.walls)],
                       "<= 50" if size == 10_000 else "")
        few, many = min(got), max(got)
        for which, verb in enumerate(("get", "get by user name")):
            self.judge("asked", f"{verb}, {many // 1000}k / {few // 1000}k",
                       [got[many][which] / got[few][which]], "<= 1.2", "<= 1.05")

    def beside_peers(self, size, home):
        """pass with a warm gpg-agent, and keepassxc-cli, which opens its file anew each time; apart from the rest,
        since what it leaves of the processor's caches slows whoever comes next."""
        made = self.entries(size)
        title, part = made[3 * size // 10]["title"], made[7 * size // 10]["url"][10:22]
        rows = [("get", [title, "password"], Passwords(self, size, made).show(), "<= 1/5")] if PASS else []
        if KEEPASSXC:
            rows += [("get", [title, "password"], self.peer(size, "show", title), ""),
                     ("find", [part], self.peer(size, "search", part), "<= 1/25"),
                     ("edit", [title, "--username", "user-{n}"],
                      self.peer(size, "edit", "-u", "user-{n}", title), "<= 1/50")]
        for verb, arguments, peer, goal in rows:
            ours = Command(f"sparekey {verb}, {size:,}, agent", [self.program, verb, *arguments],
                           self.environment(home))
            self.compare("asked", [ours, peer], 7 if self.quick else 15)
            self.judge("asked", f"{verb}, {size // 1000}k / {peer.name.split(',')[0]}", pairs(ours, peer), goal)

    def keystrokes(self, size, home):
        """The median of the slowest query: of one letter, of two, whole words, misspelt."""
        queries = ["e", "0", "th", "zq", "amber", "amber-br", "ambrg", "gihtub", "saffron willwo",
                   "jasper.kernel", "qqqqqq"]
        done = subprocess.run(
            [self.keystroke, home / "data/sparekey/default", home / "state/sparekey/default", "15",
             *queries], env=self.environment(home), stdout=subprocess.PIPE, text=True, check=True)
        worst = 0
        for line in done.stdout.splitlines():
            median, most, rows, query = line.split(maxsplit=3)
            worst = max(worst, int(median) / 1e6)
            print(f"agent   a key, {size:,}, {query!r:18} {int(median) / 1e6:9.2f} ms "
                  f"(to {int(most) / 1e6:.2f}), {rows} rows", flush=True)
        return worst

    @staticmethod
    def resident(home):
        """MB of the agent's processes for this vault, together."""
        total = 0
        for status in Path("/proc").glob("[0-9]*/status"):
            try:
                line = (status.parent / "cmdline").read_bytes()
                if b"sparekey-agent" not in line or str(home).encode() not in line:
                    continue
                for field in status.read_text().splitlines():
                    if field.startswith("VmRSS:"):
                        total += int(field.split()[1])
            except OSError:
                continue
        return total / 1024

    def flat(self):
        sizes = [1_000, 10_000] if self.quick else [1_000, 100_000]
        sides = [self.ours(size, ["get", self.entries(size)[7 * size // 10]["title"], "password"])
                 for size in sizes]
        self.compare("get", sides, 15 if self.quick else 31)
        label = f"{sizes[1] // 1000}k"
        self.judge("get", f"get, {label} / get, 1k, by recovery code", pairs(sides[1], sides[0]),
                   "<= 1.2", "<= 1.05")
        self.judge("get", f"get, {label}, peak MB", [sides[1].memory], "<= 16", "<= 6")

    def start(self):
        ours = Command("sparekey --version", [self.program, "--version"],
                       self.environment(self.empty()))
        hello = Command("bench_hello_static", self.hello, {})
        self.compare("start", [ours, hello], 31)
        self.judge("start", "sparekey --version / static hello", pairs(ours, hello), "", "<= 2")

    def change(self):
        for size in [10_000] if self.quick else [10_000, 100_000]:
            title = self.entries(size)[3 * size // 10]["title"]
            bare = self.ours(size, ["unlock"])
            add = self.ours(size, ["add", "Added {n}", "--username", "someone", "--generate"])
            edit = self.ours(size, ["edit", title, "--username", "user-{n}"])
            sides = [edit, add, bare]
            if KEEPASSXC and size == 10_000:
                sides.append(self.peer(size, "edit", "-u", "user-{n}", title))
            self.compare("change", sides, 5 if self.quick else 11)
            label = f"{size // 1000}k"
            for side, verb in ((add, "add"), (edit, "edit")):
                self.judge("change", f"{verb} one, {label}, beyond unlock, ms",
                           [a - b for a, b in zip(side.walls, bare.walls)], "", "<= 3")
                if len(sides) > 3:
                    self.judge("change", f"{verb} one, {label} / keepassxc-cli edit",
                               pairs(side, sides[3]), "<= 1/50")

    def run(self):
        for name, row in (("start", self.start), ("unlock", self.unlock), ("get", self.flat),
                          ("find", self.find), ("agent", self.agent), ("asked", self.asked),
                          ("change", self.change), ("import", self.imports)):
            if self.wanted(name):
                row()


def pairs(ours, theirs):
    return [a / b for a, b in zip(ours.walls, theirs.walls)]


def seconds(command):
    return [wall / 1000 for wall in command.walls]


def main():
    parser = argparse.ArgumentParser(description="Sparekey beside its peers and limits.")
    parser.add_argument("program", nargs="?", default=ROOT / "build/release/bin/sparekey")
    parser.add_argument("--quick", action="store_true", help="1k and 10k only, under a minute")
    parser.add_argument("--json", metavar="FILE", help="write the figures there too")
    parser.add_argument("--programs", metavar="DIRECTORY",
                        help="where bench_run and its siblings are; else beside the program")
    parser.add_argument("--only", metavar="ROW,...",
                        help="of start, unlock, get, find, agent, asked, change, import")
    options = parser.parse_args()
    options.programs = Path(options.programs or Path(options.program).parent).resolve()
    for needed in (Path(options.program), options.programs / "bench_run"):
        if not needed.exists():
            sys.exit(f"bench: no {needed}: cmake --build build/release --target bench_programs")
    # A time limit's SIGTERM still prints what is known and clears the work folder.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if not PASS:
        print("bench: no pass, gpg or git: the row against them is left out")
    if not KEEPASSXC:
        print("bench: no keepassxc-cli: the rows against it are left out")
    with tempfile.TemporaryDirectory(prefix="sparekey-bench-") as work:
        bench = Bench(options, Path(work))
        try:
            bench.run()
        finally:
            report(bench, options.json)


def report(bench, json_file):
    print(f"\n{'row':7} {'what':62} {'median':>9}  {'(min-max)':19} goal, moonshot")
    for one in bench.ratios:
        spread = f"({one['min']:.3g}-{one['max']:.3g})"
        goals = ", ".join(part for part in (one["goal"], one["moonshot"]) if part)
        print(f"{one['row']:7} {one['what']:62} {one['value']:9.3f}  {spread:19} {goals}")
    if json_file:
        Path(json_file).write_text(json.dumps(
            {"ratios": bench.ratios, "figures": bench.figures}, indent=1) + "\n")


if __name__ == "__main__":
    main()
