#!/usr/bin/python3
"""--help, the manual pages, the three completions and docs/INTERFACE.md name the same commands, options and
keys: nothing is missing, and nothing is extra. What --help says is taken as right.

usage: names.py SPAREKEY SOURCE-FOLDER MANUAL-FOLDER
"""
import pathlib
import re
import subprocess
import sys

OPTION = r"(?<![\w-])--?[a-z][a-z0-9-]*"


def output(*arguments):
    return subprocess.run(arguments, capture_output=True, check=True, text=True).stdout


def part(text, title, end):
    """What stands between a line that starts with `title` and the next that matches `end`."""
    found = re.search(rf"^{title}.*?$(.*?)(?=^(?:{end})|\Z)", text, re.M | re.S)
    return found.group(1) if found else ""


def names_in_column(text):
    """The names that begin the rows of a table of --help."""
    return set(re.findall(r"^  (\S+)", text, re.M))


def by_help(program):
    general = output(program, "--help")
    global_options = names_in_column(part(general, "Global options", r"\S"))
    commands = {}
    for name in names_in_column(part(general, "Commands:", r"\S")):
        text = output(program, name, "--help")
        options = {option.split("[=")[0] for option in names_in_column(part(text, "Options:", r"\S"))}
        for also in [name, *re.findall(r"^Also: sparekey (\S+)", text, re.M)]:
            commands[also] = options
    return global_options, commands


def unroffed(text):
    return re.sub(r"\\f[BIR]|\\&", "", text.replace("\\-", "-"))


def by_manual(folder):
    text = unroffed((folder / "sparekey.1").read_text())
    entries = r"^\.TP\n(--?[a-z][a-z0-9-]*)"
    commands = {}
    for section in part(text, r"\.SH \"COMMANDS\"", r"\.SH").split(".SS ")[1:]:
        names = [re.match(r'"?([a-z-]+)', section).group(1), *re.findall(r"Also: sparekey ([a-z]+)", section)]
        for name in names:
            commands[name] = set(re.findall(entries, section, re.M))
    return set(re.findall(entries, part(text, r"\.SH \"OPTIONS OF EVERY", r"\.SH"), re.M)), commands


def by_bash(script):
    text = part(script, r"_sparekey_options\(\)", r"\}")
    global_options = set(re.search(r"options='([^']*)'", text).group(1).split())
    commands = {}
    for names, options in re.findall(r"^        ([a-z|-]+)\)\n            options\+='([^']*)'", text, re.M):
        for name in names.split("|"):
            commands[name] = set(options.split())
    listed = set(re.search(r"''\) list='([^']*)'", text).group(1).split())
    return global_options, {name: commands.get(name, {"(not completed)"}) for name in listed | set(commands)}


def zsh_options(text):
    return set(re.findall(r"^ +'\*?(--?[a-z][a-z0-9-]*)(?:=-?)?\[", text, re.M))


def by_zsh(script):
    commands = {}
    for names, specs in re.findall(r"^        ([a-z|-]+)\) _arguments \$globals(.*?) && ret=0 ;;", script, re.M | re.S):
        for name in names.split("|"):
            commands[name] = zsh_options(specs)
    listed = set(re.findall(r"^        '([a-z-]+):", part(script, r"    commands=\(", r"    \)"), re.M))
    return (zsh_options(part(script, r"    globals=\(", r"    \)")),
            {name: commands.get(name, {"(not completed)"}) for name in listed | set(commands)})


def by_fish(script):
    def option(line):
        found = re.search(r" -l ([a-z][a-z0-9-]*)", line)
        return "--" + found.group(1) if found else "-" + re.search(r" -s ([a-z])", line).group(1)

    aliases = dict(re.findall(r"case ([a-z]+)\n            printf %s ([a-z-]+)", script))
    lines = [line for line in script.splitlines() if line.startswith("complete -c sparekey ")]
    listed = {re.search(r" -a ([a-z-]+)", line).group(1) for line in lines if "__sparekey_at ''\"" in line}
    options = [(re.search(r"-n '__sparekey_at ([a-z-]+)'", line), option(line))
               for line in lines if re.search(r"^[^#]*? -[ls] [a-z]", line)]
    commands = {name: {one for where, one in options if where and where.group(1) == aliases.get(name, name)}
                for name in listed | {where.group(1) for where, _ in options if where}}
    return {one for where, one in options if not where}, commands


def rows(text):
    """The first cell of each row of the tables in `text`."""
    return [cell for cell in re.findall(r"^\| (.*?) \| .*\|$", text, re.M) if cell.startswith("`")]


def by_interface(text):
    commands = {}
    for cell in rows(part(text, "## Commands", "## ")):
        usage = re.match(r"`([a-z-]+)([^`]*)`", cell)
        for name in [usage.group(1), *re.findall(r"alias `([a-z]+)`", cell)]:
            commands[name] = set(re.findall(OPTION, usage.group(2)))
    options = {re.match(r"`(--[a-z-]+)", cell).group(1) for cell in rows(part(text, "## For every", "## "))}
    return options, commands


def config_keys(page):
    """As "[section] key", from sparekey-config(5), whose keys the program vouches for."""
    keys, section = set(), ""
    for line in unroffed(page.read_text()).splitlines():
        found = re.match(r'\.SH "(\[[a-z]+\])"', line)
        section = found.group(1) if found else "" if line.startswith(".SH") else section
        key = re.match(r"([a-z0-9_]+) = ", line)
        if section and key:
            keys.add(f"{section} {key.group(1)}")
    return keys


def variables(text):
    return set(re.findall(r"\b([A-Z]{2,}(?:_[A-Z]+)*)\b", text))


def differences(place, how, got, wanted):
    for missing in sorted(wanted - got):
        yield f"{place} lacks {missing}: {how}"
    for extra in sorted(got - wanted):
        yield f"{place} names {extra}, which --help does not: {how}"


def compare(place, how, got, wanted):
    global_options, commands = got
    yield from differences(f"{place}, options of every command,", how, global_options, wanted[0])
    yield from differences(place, how, set(commands), set(wanted[1]))
    for name in sorted(set(commands) & set(wanted[1])):
        yield from differences(f"{place}, {name},", how, commands[name], wanted[1][name])


def complaints(program, source, manual):
    wanted = by_help(program)
    page = (source / "docs/INTERFACE.md").read_text()
    yield from compare("docs/INTERFACE.md", "change the command's row of the table in \"Commands\" "
                       "(`name ARGUMENTS [--option VALUE]` in its first cell)", by_interface(page), wanted)
    yield from compare("sparekey.1", "it is made by cli/manual/commands_page.cpp from command_table()",
                       by_manual(manual), wanted)
    for shell, read in (("bash", by_bash), ("zsh", by_zsh), ("fish", by_fish)):
        yield from compare(f"the completion of {shell}", f"it is made by cli/completion/{shell}.cpp from command_table()",
                           read(output(program, "completion", shell)), wanted)
    keys = {key for cell in rows(part(page, "## config.toml", "## ")) for key in [cell.strip("`")]}
    yield from differences("docs/INTERFACE.md, config.toml,", "sparekey-config(5) has the keys that the program takes",
                           keys, config_keys(manual / "sparekey-config.5"))
    of_page = variables(" ".join(rows(part(page, "## Environment", "## "))))
    of_manual = variables(" ".join(re.findall(r"^\.TP\n(.*)", unroffed(
        part((manual / "sparekey.1").read_text(), r"\.SH \"ENVIRONMENT", r"\.SH")), re.M)))
    yield from differences("docs/INTERFACE.md, Environment,", "cli/manual/commands_page.cpp lists the variables",
                           of_page, of_manual)


def main():
    found = list(complaints(sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])))
    commands = by_help(sys.argv[1])[1]
    print("\n".join(found) if found else f"{len(commands)} commands and "
          f"{sum(map(len, commands.values()))} options are named alike in six places")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
