#!/usr/bin/env python3
"""Runs the guests on Hercules 3.13 and compares what they print with NAME.expected.

    check_on_hercules.py CORE-DIRECTORY [NAME...]

CORE-DIRECTORY holds the images NAME.core that CMake has built (build/PRESET/guests). The result of a guest is its report
area and its final PSW, which README.md describes. With --print the reports are shown as well.
"""

import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
CONFIGURATION = """CPUSERIAL 000001
CPUMODEL 3033
MAINSIZE 16
ARCHMODE S/370
NUMCPU 1
TIMERINT 100
001F 1052-C noprompt
"""
REPORT = 0x600
PATIENCE = 60  # seconds


def run(core):
    """The final PSW, Hercules' instruction count and the first 4 KB of storage after the guest has loaded a wait PSW."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        seconds = 2
        while True:
            (folder / "guest.cnf").write_text(CONFIGURATION)
            (folder / "guest.rc").write_text(
                f"archmode S/370\nloadcore {core}\nrestart\npause {seconds}\npsw\nipending\n"
                f"savecore {folder}/storage 0 FFF\nquit\n")
            log = subprocess.run(["hercules", "-d", "-f", "guest.cnf"], cwd=folder, stdin=subprocess.DEVNULL,
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                                 env={"HERCULES_RC": "guest.rc", "PATH": "/usr/bin:/bin"}, timeout=PATIENCE + 60).stdout
            waits = re.search(r"Disabled wait state\s+PSW=(\w{8} \w{8})", log)
            if waits:
                count = re.search(r"instcount (\d+)", log)
                return waits.group(1), int(count.group(1)) if count else 0, (folder / "storage").read_bytes()
            seconds *= 3
            if seconds > PATIENCE:
                return None, 0, b"\0" * 4096


def report(storage):
    length = int.from_bytes(storage[REPORT:REPORT + 4], "big")
    # X'15' is "next line" in this code page.
    return storage[REPORT + 4:REPORT + 4 + length].decode("cp037").replace("\x85", "\n")


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("cores", type=pathlib.Path, help="folder of the .core files")
    arguments.add_argument("names", nargs="*", help="guests, all if none is named")
    arguments.add_argument("--print", action="store_true", help="show the reports")
    options = arguments.parse_args()
    names = options.names or sorted(path.stem for path in options.cores.glob("*.core"))
    wrong = 0
    for name in names:
        psw, instructions, storage = run((options.cores / f"{name}.core").resolve())
        text = report(storage)
        expected = HERE / f"{name}.expected"
        # Bits 32-33 of a displayed BC PSW are the instruction-length code, which is not part of the guest's result.
        ended = psw is not None and psw[:8] == "00020000" and int(psw[9:], 16) & 0x3FFFFFFF == 0
        same = expected.exists() and expected.read_text() == text
        wrong += not (ended and same)
        print(f"{name}: {'as expected' if ended and same else 'WRONG'}, PSW {psw or 'still running'}, "
              f"{instructions} instructions")
        if options.print or not (ended and same):
            print(text)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
