#!/usr/bin/python3
"""What is packaged for the server can work: systemd takes the units, and every path, package, preset, target and
option that the Containerfile names exists. The image itself cannot be built here, since that pulls another one.

usage: packaging.py SOURCE-FOLDER SPAREKEY-SERVER

Prints "skipped: …" for what this machine has no tool for.
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

complaints = []


def lines_of(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()


def check_units(source, program):
    """The units as they are installed, in one folder, so that they find each other."""
    if not shutil.which("systemd-analyze"):
        print("skipped: systemd-analyze is not installed")
        return
    with tempfile.TemporaryDirectory() as folder:
        units = []
        for unit in sorted((source / "packaging/systemd").iterdir()):
            made = pathlib.Path(folder, unit.name.removesuffix(".in"))
            made.write_text(unit.read_text().replace("@SPAREKEY_SERVER@", str(program)))
            units.append(made)
        verified = subprocess.run(["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *units],
                                  capture_output=True, text=True, check=False)
        if verified.returncode or verified.stderr.strip():
            complaints.append("systemd-analyze: " + verified.stderr.strip())


def check_modes(source):
    """Without its mode, a unit opens a folder to all that another one closed."""
    for unit in sorted((source / "packaging/systemd").glob("*.service*")):
        settings = unit.read_text().splitlines()
        named = any(line.startswith("StateDirectory=") for line in settings)
        if named and "StateDirectoryMode=0700" not in settings:
            complaints.append(f"{unit.name} does not say StateDirectoryMode=0700")


def instructions(text):
    """(word, rest, stage) of each instruction; a line that ends in a backslash goes on."""
    stage = 0
    for line in re.sub(r"\\\n", " ", text).splitlines():
        word, _, rest = line.strip().partition(" ")
        if not word or word.startswith("#"):
            continue
        stage += word == "FROM"
        yield word, rest.strip(), stage


def check_build(source, command):
    """The commands of the first stage, which run in the source folder."""
    for script, option in re.findall(r"\./(\S+) (--\w+)", command):
        if not (source / script).is_file():
            complaints.append(f"{script} is not there")
        elif option not in (source / script).read_text():
            complaints.append(f"{script} does not know {option}")
    presets = json.loads((source / "CMakePresets.json").read_text())
    for kind, preset in re.findall(r"cmake (--build )?--preset (\S+)", command):
        if preset not in {known["name"] for known in presets["buildPresets" if kind else "configurePresets"]}:
            complaints.append(f"there is no preset {preset}")
    recipes = "".join(path.read_text() for path in [source / "CMakeLists.txt", *source.glob("cmake/*.cmake"),
                                                    *source.glob("*/CMakeLists.txt")])
    for name in re.findall(r"-D(\w+)=|--target (\S+)", command):
        if not re.search(rf"\b{re.escape(''.join(name))}\b", recipes):
            complaints.append(f"no CMakeLists.txt names {''.join(name)}")


def closure(packages):
    """The packages and what they depend on."""
    wanted = lines_of("apt-cache", "depends", "--recurse", "--no-recommends", "--no-suggests", "--no-conflicts",
                      "--no-breaks", "--no-replaces", "--no-enhances", *packages)
    return {line.strip().split(":")[0] for line in wanted if not line.startswith(" ")}


def check_packages(packages, program):
    """Each can be installed, and with what every Debian has they bring all libraries of the program."""
    for package in packages:
        if not any(line.startswith("Package: ") for line in lines_of("apt-cache", "show", "--no-all-versions", package)):
            complaints.append(f"there is no package {package}")
    brought = closure([*packages, "apt", "dpkg"])
    for library in re.findall(r"NEEDED.*\[(.+)\]", "\n".join(lines_of("readelf", "-d", str(program)))):
        owners = {line.split(":")[0] for line in lines_of("dpkg", "-S", f"*/{library}")}
        if owners and not owners & brought:
            complaints.append(f"no package of the Containerfile brings {library}: {', '.join(sorted(owners))}")


def check_containerfile(source, program):
    release = dict(line.split("=", 1) for line in pathlib.Path("/etc/os-release").read_text().splitlines() if "=" in line)
    text = (source / "packaging/server/Containerfile").read_text()
    entry = None
    installed = set()
    for word, rest, stage in instructions(text):
        if word == "COPY" and "--from=build" in rest:
            _, made, target = rest.split()
            installed.add(target)
            if made != f"/source/build/release/bin/{program.name}":
                complaints.append(f"nothing builds {made}")
        elif word == "COPY" and not (source / rest.split()[0]).exists():
            complaints.append(f"{rest.split()[0]} is not there to be copied")
        elif word == "RUN" and stage == 1:
            check_build(source, rest)
        elif word == "RUN":
            packages = re.search(r"apt-get install ([^&]*)", rest).group(1).split()
            packages = [name for name in packages if not name.startswith("-")]
            if f"debian:{release['VERSION_CODENAME']}" not in text or not shutil.which("apt-cache"):
                print("skipped: packages are those of another release")
            else:
                check_packages(packages, program)
        elif word == "ENTRYPOINT":
            entry = json.loads(rest)[0]
    if entry not in installed:
        complaints.append(f"{entry} is not copied into the image")


def main():
    source, program = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()
    check_units(source, program)
    check_modes(source)
    check_containerfile(source, program)
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    sys.exit(1 if complaints else 0)


if __name__ == "__main__":
    main()
