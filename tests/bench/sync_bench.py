#!/usr/bin/python3
"""A sync of whole processes, beside `pass` over git and a KDBX file that is merged: README.md says what each row means.

    sync_bench.py [PROGRAM] [--quick] [--json FILE] [--programs DIRECTORY]

Wants pass, gpg, git and keepassxc-cli (Debian: pass gnupg git keepassxc); a peer that is missing is left out.
"""
import argparse
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import account
import bench
from authority import Authority, enter_namespace
from passwords import PASS, Passwords

RUNS = 7
TLS_SIZE = 10_000  # DESIGN's row
EDITS = 500  # on each of two devices, of the same items


class Device:
    """A home whose agent holds the vault open."""

    def __init__(self, bench, home):
        self.bench, self.home = bench, home

    def run(self, *arguments):
        return self.bench.once([self.bench.program, *arguments], self.home)

    def unlock(self):
        self.run("unlock", "--recovery-file", self.bench.recovery_file)

    def sync(self):
        return json.loads(self.run("sync", "--json"))

    def log_in(self, server, *more):
        """False if it did not get to its end."""
        process = subprocess.Popen(
            [str(part) for part in
             (self.bench.program, "login", server.origin, "--json", "--paste", "--no-open",
              "--password-file", self.bench.password_file, *more)],
            env=self.bench.environment(self.home), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)
        event = json.loads(process.stdout.readline())
        code = account.Person(server, "alice").paste_code(event["authorize_uri"])
        _, errors = process.communicate(code + "\n")
        self.errors = errors
        return process.returncode == 0

    def command(self, name, *arguments, before=None):
        return bench.Command(name, [self.bench.program, *arguments],
                             self.bench.environment(self.home), before=before)


class SyncBench(bench.Bench):
    def __init__(self, options, work):
        super().__init__(options, work)
        self.server_program = Path(options.programs) / "sparekey-server"
        self.authority = Authority(work) if options.tls else None
        self.bytes = []

    def landscape(self, size):
        """A laptop with a vault of that size in an account, and a phone that has joined it."""
        made = self.entries(size)
        if self.authority and size == TLS_SIZE:
            shutil.copytree(self.vault(size), self.work / "over-tls")
        self.vault(size)
        folder = self.work / f"server-{size}"
        folder.mkdir(mode=0o700)
        server = account.Server(self.server_program, folder)
        proxy = server.start(counted=True)
        laptop = Device(self, self.vaults[size])
        begun = time.perf_counter()
        if not laptop.log_in(server):
            sys.exit(f"bench: login: {laptop.errors}")
        print(f"sync    the account is made with {size:,} items, login and all: "
              f"{time.perf_counter() - begun:.1f} s, {proxy.up:,} bytes up", flush=True)
        proxy.refused = b"/api/v1/snapshot"  # a join that is cut before its first record
        joining = Device(self, self.home(f"joining-{size}"))
        joining.log_in(server, "--secret-key-file", self.secret_key_file)
        proxy.refused = None
        phone = Device(self, self.work / f"phone-{size}")
        shutil.copytree(joining.home, phone.home)
        for device in (laptop, phone):
            device.unlock()
        phone.sync()
        return server, laptop, phone, joining, made

    def empty(self):
        home = super().empty()
        kit = json.loads(self.once([self.program, "kit", "--json", "--password-file",
                                    self.password_file], home))
        self.secret_key_file = self.file("secret-key", kit["secret_key"] + "\n")
        return home

    def one_change(self, size, laptop, phone, made, store):
        title = made[3 * size // 10]["title"]
        edit = lambda: laptop.run("edit", title, "--username", secrets.token_hex(6))
        send = laptop.command(f"sparekey sync, {size:,}, sends one edit", "sync", before=edit)
        fetch = phone.command(f"sparekey sync, {size:,}, fetches it", "sync")
        sides = [send, *([store.push()] if store else []),
                 fetch, *([store.pull()] if store else [])]
        merge = self.keepass_merge(size, title)
        few = [] if size <= 10_000 else merge  # each takes most of a minute
        self.compare("sync", [*sides, *(merge if not few else [])], RUNS)
        if few:
            self.compare("sync", few, 1)
        label = f"{size // 1000}k"
        if store:
            self.judge("sync", f"one change sent, {label} / git push", bench.pairs(send, sides[1]),
                       "<= 1/3", "<= 1/8")
            self.judge("sync", f"one change fetched, {label} / git pull",
                       bench.pairs(fetch, sides[3]), "")
        for other in merge:
            both = [(a + b) / c for a, b, c in zip(send.walls, fetch.walls, other.walls)]
            self.judge("sync", f"one change sent and fetched, {label} / keepassxc-cli merge", both, "")
        return send

    def keepass_merge(self, size, title):
        if not bench.KEEPASSXC:
            return []
        theirs = self.database(size)
        ours = self.work / f"{size}-copy.kdbx"
        shutil.copy(theirs, ours)

        def edit():
            self.once([bench.KEEPASSXC, "edit", "-q", "-u", secrets.token_hex(6), theirs, title],
                      self.empty(), self.password_file)

        return [bench.Command(f"keepassxc-cli merge, {size:,}",
                              [bench.KEEPASSXC, "merge", "-q", "-s", ours, theirs],
                              self.environment(self.empty()), self.password_file, before=edit)]

    def over_tls(self, size, made, store):
        """The same vault before it had an account, in one at a server that speaks TLS; git as before."""
        if not self.authority or size != TLS_SIZE:
            return
        folder = self.work / "server-over-tls"
        folder.mkdir(mode=0o700)
        server = account.Server(self.server_program, folder, self.authority)
        server.start()
        laptop = Device(self, self.work / "over-tls")
        try:
            if not laptop.log_in(server):
                sys.exit(f"bench: login over TLS: {laptop.errors}")
            laptop.unlock()
            title = made[4 * size // 10]["title"]
            send = laptop.command(f"sparekey sync, {size:,}, TLS, sends one edit", "sync",
                                  before=lambda: laptop.run("edit", title, "--username", secrets.token_hex(6)))
            idle = laptop.command(f"sparekey sync, {size:,}, TLS, nothing new", "sync")
            git = [store.push(), store.pull("git pull, nothing new")] if store else []
            self.compare("sync", [send, *git[:1]], RUNS)
            if store:
                store.run("git", "-C", store.second, "pull", "-q")
            self.compare("sync", [idle, *git[1:]], RUNS)
            if store:
                self.judge("sync", f"one change sent over TLS, {size // 1000}k / git push, file://",
                           bench.pairs(send, git[0]), "<= 1/3", "<= 1/8")
                self.judge("sync", f"nothing new over TLS, {size // 1000}k / git pull, file://",
                           bench.pairs(idle, git[1]), "<= 1/3")
        finally:
            laptop.run("agent", "--stop")
            server.stop()

    def nothing_new(self, size, phone, store):
        ours = phone.command(f"sparekey sync, {size:,}, nothing new", "sync")
        sides = [ours, *([store.pull("git pull, nothing new")] if store else [])]
        self.compare("sync", sides, RUNS)
        if store:
            self.judge("sync", f"nothing new, {size // 1000}k / git pull",
                       bench.pairs(ours, sides[1]), "<= 1/3")

    def first_sync(self, size, joining, store):
        """The join is done, and no record is there yet; what is timed holds no login and no KDF, as a clone holds
        none. The KDBX is a copy of a file: nothing to time."""
        new = Device(self, self.work / "new")

        def begin():
            if new.home.exists():
                self.once([self.program, "agent", "--stop"], new.home)
            shutil.rmtree(new.home, ignore_errors=True)
            shutil.copytree(joining.home, new.home)
            new.unlock()

        ours = new.command(f"sparekey sync, {size:,}, the first", "sync", before=begin)
        sides = [ours]
        if store:
            clone = store.home / "clone"
            sides.append(store.command(
                "git clone", "clone", "-q", f"file://{store.bare}", clone,
                before=lambda: shutil.rmtree(clone, ignore_errors=True)))
        self.compare("sync", sides, 3)
        label = f"{size // 1000}k"
        self.judge("sync", f"first sync, {label}, s", bench.seconds(ours),
                   "<= 1" if size == 10_000 else "", "<= 0.3" if size == 10_000 else "")
        if store:
            self.judge("sync", f"first sync, {label} / git clone, file://",
                       bench.pairs(ours, sides[1]), "")
        self.once([self.program, "agent", "--stop"], new.home)

    def concurrent_edits(self, laptop, phone, made):
        """Both devices edit the same items, apart; the laptop has sent its part before."""
        walls, kinds = [], {}
        for run in range(3):
            for device, name in ((laptop, "laptop"), (phone, "phone")):
                for one in made[:EDITS]:
                    device.run("edit", one["title"], "--username", f"{name}-{run}")
            laptop.sync()
            begun = time.perf_counter()
            kinds = phone.sync()
            walls.append(time.perf_counter() - begun)
            laptop.sync()
        print(f"sync    {2 * EDITS:,} concurrent edits: {kinds}", flush=True)
        self.judge("sync", f"{2 * EDITS:,} concurrent edits of {EDITS} items merge, s", walls, "<= 1")

    def count(self, what, whose, proxy, act):
        proxy.clear()
        act()
        time.sleep(0.2)  # for the proxy's last bytes
        self.bytes.append((what, whose, proxy.up, proxy.down, proxy.trips, proxy.apart))

    def counted(self, size, server, laptop, phone, joining, made):
        server.stop()
        proxy = server.start(counted=True)
        whose = f"sparekey, {size:,}"
        laptop.sync()
        for what, change in (
                ("one item added", ("add", f"Counted {size}", "--username", "someone", "--generate")),
                ("one edit", ("edit", made[0]["title"], "--username", "counted"))):
            laptop.run(*change)
            self.count(what + ", sent", whose, proxy, laptop.sync)
            self.count(what + ", fetched", whose, proxy, phone.sync)
        self.count("nothing new", whose, proxy, phone.sync)
        if size > 10_000:
            return
        new = Device(self, self.work / "counted")
        shutil.rmtree(new.home, ignore_errors=True)
        shutil.copytree(joining.home, new.home)
        new.unlock()
        self.count("first sync", whose, proxy, new.sync)
        self.once([self.program, "agent", "--stop"], new.home)

    def run(self):
        sent = {}
        for size in [1_000, 10_000] if self.quick else [1_000, 10_000, 100_000]:
            server, laptop, phone, joining, made = self.landscape(size)
            try:
                server.stop()
                server.start()
                store = Passwords(self, size, made) if PASS else None
                sent[size] = self.one_change(size, laptop, phone, made, store)
                self.nothing_new(size, phone, store)
                self.over_tls(size, made, store)
                if size <= 10_000:
                    self.first_sync(size, joining, store)
                if size == 10_000:
                    self.concurrent_edits(laptop, phone, made)
                self.counted(size, server, laptop, phone, joining, made)
                if store and size <= 10_000:
                    store.counted(lambda what, whose, proxy, act:
                                  self.count(what, f"{whose}, {size:,}", proxy, act))
            finally:
                for device in (laptop, phone):
                    device.run("agent", "--stop")
                server.stop()
        few, many = min(sent), max(sent)
        self.judge("sync", f"one change sent, {many // 1000}k / 1k (minutes apart)",
                   [sent[many].wall / sent[few].wall], "", "<= 1.1")

    def report_bytes(self):
        print(f"\n{'what':26} {'whose':26} {'up':>12} {'down':>12} {'trips':>6}  /oauth/ apart")
        for what, whose, up, down, trips, apart in self.bytes:
            print(f"{what:26} {whose:26} {up:12,} {down:12,} {trips:6}  {apart or ''}")


def main():
    parser = argparse.ArgumentParser(description="A sync beside its peers.")
    parser.add_argument("program", nargs="?", default=bench.ROOT / "build/release/bin/sparekey")
    parser.add_argument("--quick", action="store_true", help="1k and 10k only")
    parser.add_argument("--json", metavar="FILE", help="write the figures there too")
    parser.add_argument("--programs", metavar="DIRECTORY",
                        help="where bench_run and sparekey-server are; else beside the program")
    options = parser.parse_args()
    options.only = None
    options.tls = enter_namespace()
    # A time limit's SIGTERM still prints what is known and clears the work folder.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    options.programs = Path(options.programs or Path(options.program).parent).resolve()
    if not PASS:
        print("bench: no pass, gpg or git: the rows against them are left out")
    if not options.tls:
        print("bench: no mount namespace for an authority of its own: the rows over TLS are left out")
    if not bench.KEEPASSXC:
        print("bench: no keepassxc-cli: the row against it is left out")
    print(f"bench: load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors at the start")
    with tempfile.TemporaryDirectory(prefix="spk-") as work:
        measured = SyncBench(options, Path(work))
        try:
            measured.run()
        finally:
            bench.report(measured, options.json)
            measured.report_bytes()
            print(f"bench: load {os.getloadavg()[0]:.1f} at the end")


if __name__ == "__main__":
    main()
