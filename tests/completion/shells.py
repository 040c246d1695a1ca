#!/usr/bin/python3
"""Presses Tab in bash, zsh and fish, each on a pseudo-terminal, and looks at the line that is there then.

A line is also run, with a program that prints its arguments in the place of sparekey: so a title that
a shell would evaluate, or quoted wrongly, is seen. Each check is a sentence; all are run.

usage: shells.py PROGRAM
"""
import json
import os
import pathlib
import pty
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time

PROGRAM = pathlib.Path(sys.argv[1]).resolve()
PASSWORD = "correct horse battery staple"
PATIENCE_S = 20
# What a title may hold; each begins with letters of its own.
TITLES = ["Alpha Bank of Ö", "Bravo's \"Shop\"", "Charlie: a:b", "Delta $(touch pwned) `touch pwned`",
          "Echo $HOME ~ * ? [a] {b,c}", "Foxtrot \\ back!slash!", "Golf;touch pwned&|<>#(", "Hotel/with/slash",
          "Ünicode ß", "India=equal %s %d"]
# Titles that a line cannot hold: never offered, and harmless.
HOSTILE = ["Juliett\nnew line", "Juliett\x1b[31mred", "Juliett\x07bell"]


class Home:
    """A vault with these titles, held open by an agent."""

    def __init__(self, folder):
        self.path = folder
        (folder / "run").mkdir(mode=0o700)
        (folder / "bin").mkdir()
        (folder / "password").write_text(PASSWORD + "\n")
        # Beside its libexec folder, as it is found by the kernel's name of it.
        (folder / "bin" / "sparekey").symlink_to(PROGRAM)
        show = folder / "bin" / "show"
        show.write_text("#!/usr/bin/python3\nimport json, sys\nprint('SHOWN' + json.dumps(sys.argv[1:]) + 'END')\n")
        show.chmod(0o755)
        self.environment = {"HOME": str(folder), "XDG_RUNTIME_DIR": str(folder / "run"), "LC_ALL": "C.UTF-8",
                            "PATH": f"{folder}/bin:/usr/bin:/bin", "TERM": "dumb"}

    def sparekey(self, *arguments, given=None):
        return subprocess.run([PROGRAM, *arguments], env=self.environment, cwd=self.path, input=given,
                              capture_output=True, check=False, timeout=60)

    def fill(self):
        password = ["--password-file", str(self.path / "password")]
        self.sparekey("init", "--kdf-memory", "64MiB", "--kdf-passes", "3", *password)
        self.sparekey("unlock", *password)
        for title in TITLES + HOSTILE:
            made = self.sparekey("add", "--stdin", given=json.dumps({"title": title}).encode())
            assert made.returncode == 0, made.stderr
        for name in ("ann", "ben"):
            self.sparekey("add", "Kilo twin", "--username", name, "--stdin", given=b"{}")


class Shell:
    """One interactive shell. `line()` is what Tab makes of a line; `shown()` what running it gives."""

    def __init__(self, home, name):
        self.home, self.name, self.output = home, name, ""
        start = {"bash": ["bash", "--norc", "--noprofile", "-i"], "zsh": ["zsh", "-f", "-i"],
                 "fish": ["fish", "--private", "--no-config", "-i"]}[name]
        self.child, self.terminal = pty.fork()
        if self.child == 0:
            os.chdir(home.path)
            os.execvpe(start[0], start, home.environment)
        for line in self.set_up():
            self.send(line + "\r")
        self.send("echo READY''NOW\r")
        self.wait("READYNOW")

    def set_up(self):
        script = self.home.path / f"completion.{self.name}"
        script.write_bytes(self.home.sparekey("completion", self.name).stdout)
        if self.name == "bash":
            # The key prints the line as it stands.
            return ["PS1='> '; bind 'set enable-bracketed-paste off'; bind 'set bell-style none'",
                    "bind 'set show-all-if-ambiguous on'; bind 'set page-completions off'",
                    "bind -x '\"\\C-x\": printf \"LINE<%s>\\n\" \"$READLINE_LINE\"'",
                    f"source {script}"]
        if self.name == "zsh":
            return ["PS1='> '; unset zle_bracketed_paste; setopt no_beep no_always_last_prompt",
                    "autoload -U compinit; compinit -u -D",
                    "show_line() { print -r -- \"LINE<$BUFFER>\" }; zle -N show_line; bindkey '^X' show_line",
                    f"source {script}"]
        return ["function fish_prompt; printf '> '; end; set -g fish_greeting ''",
                "bind \\cx 'printf \"LINE<%s>\\n\" (commandline)'",
                f"source {script}"]

    def send(self, text):
        os.write(self.terminal, text.encode())

    def wait(self, pattern):
        until = time.monotonic() + PATIENCE_S
        while True:
            found = re.search(pattern, self.output, re.S)
            if found:
                self.output = self.output[found.end():]
                return found
            if time.monotonic() > until or not select.select([self.terminal], [], [], PATIENCE_S)[0]:
                raise AssertionError(f"{self.name} never shows {pattern!r}: {self.output[-600:]!r}")
            try:
                self.output += os.read(self.terminal, 65536).decode("utf-8", "replace").replace("\r", "")
            except OSError as ended:
                raise AssertionError(f"{self.name} ended: {self.output[-600:]!r}") from ended

    def line(self, typed):
        self.send(typed + "\t")
        time.sleep(0.3 if self.name == "fish" else 0.05)  # fish takes keys that follow at once as a paste
        self.send("\x18")
        found = self.wait("LINE<(.*?)>\n").group(1)
        self.send("\x05\x15")
        return found

    def shown(self, line):
        self.send("\x05\x15" + re.sub("^sparekey", "show", line) + "\r")
        return json.loads(self.wait(r"SHOWN(\[.*?\])END").group(1))

    def end(self):
        os.close(self.terminal)
        os.waitpid(self.child, 0)


COMPLETED = [  # what is typed, and the line after Tab
    ("sparekey conf", "sparekey conflicts "),
    ("sparekey get --rev", "sparekey get --reveal "),
    ("sparekey gen --wor", "sparekey gen --words"),
    ("sparekey --vault default conf", "sparekey --vault default conflicts "),
    ("sparekey --vault=default --json conf", "sparekey --vault=default --json conflicts "),
    ("sparekey add --type api", "sparekey add --type api-token "),
    ("sparekey add --type=api", "sparekey add --type=api-token "),
    ("sparekey ls --type rec", "sparekey ls --type recovery-codes "),
    ("sparekey import keepass-", "sparekey import keepass-xml "),
    ("sparekey --json import chr", "sparekey --json import chrome-csv "),
    ("sparekey slots ad", "sparekey slots add "),
    ("sparekey slots add keyf", "sparekey slots add keyfile "),
    ("sparekey completion zs", "sparekey completion zsh "),
    ("sparekey kit dri", "sparekey kit drill "),
    ("sparekey kit comb", "sparekey kit combine "),
    ("sparekey import json a-fi", "sparekey import json a-file "),
    ("sparekey get x --password-file a-fi", "sparekey get x --password-file a-file "),
    ("sparekey --password-file=a-fi", "sparekey --password-file=a-file "),
    ("sparekey get x recovery-", "sparekey get x recovery-code "),
    ("sparekey conflicts resolve x y --keep cur", "sparekey conflicts resolve x y --keep current "),
    # An argument that is called like a command is none.
    ("sparekey add get --untag", "sparekey add get --untag"),
]


def begun(title):
    """Four letters: enough to tell it from the others."""
    return title[:4]


def check(name, home):
    failures = []

    def expect(what, got, wanted):
        if got != wanted:
            failures.append(f"{name}: {what}: {got!r} instead of {wanted!r}")

    shell = Shell(home, name)
    for typed, wanted in COMPLETED:
        got = shell.line(typed)
        # Zsh and fish may put '=' after an option with a value, and leave out the space after a file.
        expect(f"Tab after {typed!r}", got.rstrip(" ="), wanted.rstrip(" ="))
    for title in TITLES:
        for quote in ("", "'", '"') if name == "bash" else ("",):
            line = shell.line(f"sparekey get {quote}{begun(title)}")
            expect(f"{title!r} by {quote or 'no quote'}", shell.shown(line), ["get", title])
    line = shell.line("sparekey --vault default get Alp")
    expect("a title after a named vault", shell.shown(line), ["--vault", "default", "get", "Alpha Bank of Ö"])
    line = shell.line("sparekey get --vault=other Alp")
    expect("no title of a vault that is not open", line.rstrip(), "sparekey get --vault=other Alp")
    line = shell.line("sparekey get Charlie:\\ a:" if name != "fish" else "sparekey get 'Charlie: a:")
    expect("a title begun with a colon", shell.shown(line), ["get", "Charlie: a:b"])
    line = shell.line("sparekey get Alpha\\ Ba")
    expect("a title begun with a space", shell.shown(line), ["get", "Alpha Bank of Ö"])
    line = shell.line("sparekey get alp")
    expect("a title in another case", shell.shown(line), ["get", "Alpha Bank of Ö"])
    line = shell.line("sparekey get Kilo\\ twin/b")
    expect("a title that two items have", shell.shown(line), ["get", "Kilo twin/ben"])
    line = shell.line("sparekey get Jul")
    expect("titles that steer terminals", line, "sparekey get Jul")
    line = shell.line("sparekey get '$(touch pwned)")
    expect("what was typed is not run", line.rstrip("' "), "sparekey get '$(touch pwned)".rstrip("' "))
    home.sparekey("lock")
    line = shell.line("sparekey get Alp")
    expect("nothing while the vault is locked", line, "sparekey get Alp")
    home.sparekey("unlock", "--password-file", str(home.path / "password"))
    if (home.path / "pwned").exists():
        failures.append(f"{name}: a title was run")
    shell.end()
    return failures


def check_nobody_is_asked(home):
    """Without an open vault the internal command says nothing, and starts nothing."""
    (home.path / ".config/sparekey").mkdir(parents=True)
    (home.path / ".config/sparekey/config.toml").write_text("[agent]\nautostart = true\n")
    home.sparekey("agent", "--stop")
    socket = home.path / "run/sparekey/agent.sock"
    until = time.monotonic() + PATIENCE_S
    while socket.exists() and time.monotonic() < until:  # the agent answers before it clears away
        time.sleep(0.01)
    silent = home.sparekey("complete-titles", "--", "A")
    failures = []
    if (silent.returncode, silent.stdout, silent.stderr) != (0, b"", b""):
        failures.append(f"complete-titles without an agent: {silent}")
    if socket.exists():
        failures.append("completing started an agent")
    return failures


def main():
    failures = []
    with tempfile.TemporaryDirectory(prefix="sparekey-completion-") as folder:
        home = Home(pathlib.Path(folder))
        (home.path / "a-file").write_text("")
        try:
            home.fill()
            for name in sys.argv[2:] or ("bash", "zsh", "fish"):
                if shutil.which(name) is None:
                    failures.append(f"{name} is missing: scripts/setup installs it")
                    continue
                failures += check(name, home)
            failures += check_nobody_is_asked(home)
        finally:
            home.sparekey("agent", "--stop")
    print("\n".join(failures) if failures else "completions hold")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
