"""pass over git, as people use it: what the benches put beside a vault."""

import secrets
import shutil
import subprocess
import sys

import account

PASS = all(shutil.which(program) for program in ("pass", "gpg", "git"))


class Passwords:
    """Two clones of a password store, and the bare repository between them."""

    def __init__(self, bench, size, entries):
        self.bench, self.home = bench, bench.home(f"pass-{size}")
        self.bare = self.home / "bare.git"
        (self.home / ".gnupg").mkdir(mode=0o700)
        self.run("gpg", "--batch", "--passphrase", "", "--quick-gen-key", "bench@example",
                 "rsa3072", "encr", "never")
        self.run("git", "config", "--global", "user.name", "bench")
        self.run("git", "config", "--global", "user.email", "bench@example")
        # Tidying up is no part of a sync.
        self.run("git", "config", "--global", "gc.auto", "0")
        self.first, self.second = self.home / "first", self.home / "second"
        self.run("pass", "init", "bench@example", store=self.first)
        self.run("pass", "git", "init", store=self.first)
        self.fill(entries)
        self.run("git", "init", "-q", "--bare", self.bare)
        for verb in (("remote", "add", "origin", f"file://{self.bare}"),
                     ("add", "-A"), ("commit", "-q", "-m", "all"),
                     ("push", "-q", "-u", "origin", "HEAD")):
            self.run("git", "-C", self.first, *verb)
        self.run("git", "clone", "-q", f"file://{self.bare}", self.second)
        self.changes = 0

    def environment(self, store=None):
        made = self.bench.environment(self.home)
        return {**made, "PASSWORD_STORE_DIR": str(store)} if store else made

    def run(self, *argv, store=None, given=None):
        done = subprocess.run([str(part) for part in argv], env=self.environment(store),
                              input=given, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"bench: {' '.join(map(str, argv))}: {done.stderr}")

    def fill(self, entries):
        """One entry by pass; of the others as many bytes as gpg would make, which is what git feels."""
        def text(one):
            return "\n".join((one["password"], one["username"], one["url"], one["notes"]))

        self.run("pass", "insert", "-m", "model", store=self.first, given=text(entries[0]))
        more = (self.first / "model.gpg").stat().st_size - len(text(entries[0]))
        for one in entries:
            (self.first / f"{one['title']}.gpg").write_bytes(secrets.token_bytes(len(text(one)) + more))

    def change(self):
        self.changes += 1
        self.run("pass", "insert", "-m", "-f", "model", store=self.first,
                 given=f"{secrets.token_urlsafe(15)}\nuser-{self.changes}\n")

    def command(self, name, *argv, before=None):
        return self.bench.command(name, (shutil.which("git"), *argv), self.environment(), before=before)

    def push(self):
        return self.command("git push", "-C", self.first, "push", "-q", before=self.change)

    def pull(self, name="git pull"):
        return self.command(name, "-C", self.second, "pull", "-q")

    def show(self):
        """Of the one entry that gpg made; its agent stays, with the key."""
        return self.bench.command("pass show", (shutil.which("pass"), "show", "model"),
                                  self.environment(self.first))

    def counted(self, row):
        """Bytes of git's own protocol, from a daemon."""
        port = account.free_port()
        daemon = subprocess.Popen(
            ["git", "daemon", "--reuseaddr", "--listen=127.0.0.1", f"--port={port}", "--export-all",
             "--enable=receive-pack", f"--base-path={self.home}", str(self.home)],
            env=self.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True)
        account.wait_until_it_listens(port)
        outside = account.free_port()
        proxy = account.Proxy(outside, port)
        url = f"git://127.0.0.1:{outside}/bare.git"
        self.change()
        row("one change, sent", "git push", proxy,
            lambda: self.run("git", "-C", self.first, "push", "-q", url, "HEAD"))
        row("one change, fetched", "git pull", proxy,
            lambda: self.run("git", "-C", self.second, "pull", "-q", url))
        row("nothing new", "git pull", proxy,
            lambda: self.run("git", "-C", self.second, "pull", "-q", url))
        row("first sync", "git clone", proxy,
            lambda: self.run("git", "clone", "-q", url, self.home / "counted"))
        proxy.close()
        daemon.terminate()
        daemon.wait()
