#!/usr/bin/env python3
"""Runs the behaviour cases of tests/vectors on Hercules 3.13, and compares what it does with what they expect.

    check.py build/PRESET/tests/vectors_on_hercules/vector_states [FILE.vec...]

One Hercules runs some cases one after the other. For each case a loader is in high storage: it copies the case's 64 KB
to address 0, sets keys and registers and loads the PSW. A case ends in a disabled wait: that of the interruption it
expects, or that of an SVC which is put behind it. Cases in whose note Hercules is named are known to differ.
"""

import argparse
import concurrent.futures
import json
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SIZE = 0x10000
FIRST_IMAGE, IMAGE_STEP, LOADER = 0x20000, 0x11000, 0x10000  # where the images are, and the loader in each
CASES_PER_RUN, RUNS_AT_ONCE = 20, 12
PATIENCE = 1  # seconds for a case, nearly all of them waiting; more for one that did not answer
NO_ANSWER = ["Hercules did not answer"]
WAITS = {0x000A00000000F000 + location for location in (0, 0x58, 0x60, 0x68, 0x70, 0x78)}
SVC_WAIT = 0x000A00000000F060
CONFIGURATION = "CPUSERIAL 123456\nCPUMODEL 3033\nMAINSIZE 16\nARCHMODE S/370\nNUMCPU 1\n001F 1052-C noprompt\n"
# Instructions after which Hercules is in a state that other cases would notice.
ALONE = re.compile(r"\b(LPSW|SSM|STOSM|STNSM|LCTL|SPX|DIAGNOSE)\b")


class Unsuitable(Exception):
    pass


def words(values, size):
    return b"".join(value.to_bytes(size, "big") for value in values)


def is_ec(psw):
    return psw >> 51 & 1


def is_dat_on(psw):
    return is_ec(psw) and psw >> 58 & 1


def loader(case, image, hole, low):
    """The loader, which ends by loading the PSW that stands in the hole, and its data."""
    before = case["before"]
    data = {"move": words((0, SIZE, image, SIZE), 4), "low": low, "keys": bytes.fromhex(before["keys"]),
            "cr": words(before["cr"], 4), "fpr": words(before["fpr"], 8), "gr": words(before["gr"], 4)}
    places, place = {}, 0x100
    for name, content in data.items():
        places[name] = place
        place += (len(content) + 7) & ~7

    def at(name, offset=0):  # base register 15 holds the address behind the BALR
        return f"{0xF000 | places[name] + offset - 2:04X}"

    code = ("05F0 9847" + at("move") + "0E46"                            # BALR 15,0; LM 4,7; MVCL 4,6
            "1B33 4140" + at("keys") + "4150 0020"                       # block, key, number of blocks
            "4310 4000 0813 4133 0800 4144 0001 4650 F010"               # IC; SSK; next block, next key; BCT
            "D20F 0000" + at("low") + "B70F" + at("cr") +                # what the restart has overwritten; LCTL
            "".join(f"68{2 * n:X}0" + at("fpr", 8 * n) for n in range(4)) +
            "980F" + at("gr") + f"8200 {hole:04X}")
    content = bytearray(bytes.fromhex(code.replace(" ", "")).ljust(0x100, b"\0"))
    for name, bytes_ in data.items():
        content[places[name]:] = bytes_.ljust((len(bytes_) + 7) & ~7, b"\0")
    return bytes(content)


class Run:
    """One case as Hercules runs it."""

    def __init__(self, case, number):
        self.case, self.expected, self.known = case, case["after"], case["known"]
        self.used = set()
        storage = bytearray(SIZE)
        for address, content, _ in case["before"]["storage"]:
            content = bytes.fromhex(content)
            storage[address:address + len(content)] = content
            self.used.update(range(address, address + len(content)))
        if self.used.isdisjoint(range(0x50, 0x54)):
            storage[0x50] = 0x7F  # the interval timer, which is not to turn negative
        self.hole = self.find_hole()
        self.ignored = set(range(self.hole, self.hole + 8)) | set(range(0x50, 0x54))  # and the interval timer
        self.stop = None if self.expected["psw"] in WAITS else self.put_stop(storage)
        storage[self.hole:self.hole + 8] = words([case["before"]["psw"]], 8)
        self.image = FIRST_IMAGE + number * IMAGE_STEP
        self.content = bytes(storage) + loader(case, self.image, self.hole, bytes(storage[:16]))

    def find_hole(self):
        for address in [*range(0xFF8, 0xE00, -8), *range(0x6F8, 0x210, -8)]:
            if self.used.isdisjoint(range(address, address + 8)):
                return address
        raise Unsuitable("no room for its PSW")

    def put_stop(self, storage):
        """An SVC behind the last instruction."""
        begin, end = (self.case[side]["psw"] & 0xFFFFFF for side in ("before", "after"))
        code = self.case["code"]
        if not is_dat_on(self.case["before"]["psw"]) and is_dat_on(self.case["after"]["psw"]):
            raise Unsuitable("DAT comes on")
        if code is not None and begin >> 12 != end >> 12:
            raise Unsuitable("it crosses pages")
        real = end if code is None else code + end - begin
        places = set(range(real, real + 2))
        if real % 2 or not 0 <= real < SIZE - 2 or places & (self.used | self.ignored):
            raise Unsuitable("no room for the SVC behind it")
        if self.case["before"]["psw"] >> 52 & 15 and self.case["before"]["keys"][real >> 11 << 1 | 1] in "89ABCDEF":
            raise Unsuitable("the SVC behind it could be fetch-protected")
        if self.used & (set(range(0x20, 0x28)) | set(range(0x88, 0x8C))):
            raise Unsuitable("it needs the places of the SVC interruption")
        storage[real:real + 2] = b"\x0A\xFE"
        self.ignored |= places | set(range(0x20, 0x28)) | set(range(0x88, 0x8C))
        return real

    def final_psw(self, psw, core):
        if self.stop is not None and psw == SVC_WAIT:
            psw = int.from_bytes(core[0x20:0x28], "big")
            psw = psw & ~0xFFFFFF | (psw - 2) & 0xFFFFFF
        return psw if is_ec(psw) else psw & ~(0xFFFF << 32 | 3 << 30)  # interruption code and ILC

    def differences(self, log, core):
        found = {"gr": [int(x, 16) for x in re.findall(r"GR\d\d=(\w{8})", log)],
                 "cr": [int(x, 16) for x in re.findall(r"CR\d\d=(\w{8})", log)],
                 "fpr": [int(x + y, 16) for x, y in re.findall(r"FPR\d=(\w{8}) (\w{8})", log)]}
        psw = re.search(r"^PSW=(\w{8}) (\w{8})", log, re.M)
        if not psw:
            return NO_ANSWER
        psw = self.final_psw(int(psw[1] + psw[2], 16), core)
        lines = []
        if (psw ^ self.expected["psw"]) & self.known["psw"]:
            lines.append(f"psw = {psw:016X}, expected {self.expected['psw']:016X}")
        for name, step in (("gr", 1), ("cr", 1), ("fpr", 2)):
            for n, (is_, should, mask) in enumerate(zip(found[name], self.expected[name], self.known[name])):
                if (is_ ^ should) & mask:
                    lines.append(f"{name}{n * step:X} = {is_:X}, expected {should:X}")
        return lines + self.storage_differences(core)

    def storage_differences(self, core):
        should, mask = bytearray(SIZE), bytearray(b"\xFF" * SIZE)
        for address, content, known in self.expected["storage"]:
            should[address:address + len(content) // 2] = bytes.fromhex(content)
            mask[address:address + len(known) // 2] = bytes.fromhex(known)
        different = [n for n in range(SIZE) if (core[n] ^ should[n]) & mask[n] and n not in self.ignored]
        return [f"storage {n:X} = {core[n]:02X}, expected {should[n]:02X}" for n in different[:8]]


def run_together(cases, patience=PATIENCE):
    """Runs cases in one Hercules. Returns (case, why it was not run or None, differences)."""
    results, runs = [], []
    for case in cases:
        try:
            runs.append(Run(case, len(runs)))
        except Unsuitable as reason:
            results.append((case, str(reason), []))
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        script = ["archmode S/370", "r 50=7FFFFFFF", "sysreset"]
        for number, run in enumerate(runs):
            (folder / f"in{number}").write_bytes(run.content)
            script.append(f"loadcore {folder}/in{number} {run.image:X}")
        for number, run in enumerate(runs):
            script += [f"r 0=0000000000{run.image + LOADER:06X}", "restart", f"pause {patience}", f"* case {number}",
                       "gpr", "fpr", "cr", "psw", f"savecore {folder}/out{number} 0 FFFF"]
        (folder / "x.rc").write_text("\n".join(script + ["quit", ""]))
        (folder / "x.cnf").write_text(CONFIGURATION)
        log = subprocess.run(["hercules", "-d", "-f", "x.cnf"], cwd=folder, stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                             env={"HERCULES_RC": "x.rc", "PATH": "/usr/bin:/bin"}, timeout=120).stdout
        logs = dict(zip(*[iter(re.split(r"^\* case (\d+)\n", log, flags=re.M)[1:])] * 2))
        for number, run in enumerate(runs):
            out = folder / f"out{number}"
            answered = str(number) in logs and out.exists()
            lines = run.differences(logs[str(number)], out.read_bytes()) if answered else NO_ANSWER
            if lines is NO_ANSWER and patience == PATIENCE:
                results += run_together([run.case], 4 * PATIENCE)
            else:
                results.append((run.case, None, lines))
    return results


def groups_of(cases):
    def is_alone(case):
        return ALONE.search(case["text"]) or case["before"]["cr"][0] & 0x10000000

    together = [case for case in cases if not is_alone(case)]
    yield from ([case] for case in cases if is_alone(case))
    yield from (together[n:n + CASES_PER_RUN] for n in range(0, len(together), CASES_PER_RUN))


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("vector_states", type=pathlib.Path)
    arguments.add_argument("files", nargs="*", help="case files, by name; all if none is given")
    arguments = arguments.parse_args()
    states = subprocess.run([arguments.vector_states, ROOT / "tests/vectors"], stdout=subprocess.PIPE, check=True)
    cases = [json.loads(line) for line in states.stdout.splitlines()]
    if arguments.files:
        cases = [case for case in cases if case["place"].split(":")[0] in arguments.files]
    counts = {"agree": 0, "known to differ": 0, "differ": 0, "not suitable": 0}
    with concurrent.futures.ThreadPoolExecutor(RUNS_AT_ONCE) as pool:
        for results in pool.map(run_together, groups_of(cases)):
            for case, reason, differences in results:
                outcome = ("not suitable" if reason else "agree" if not differences else
                           "known to differ" if "Hercules" in case["source"] else "differ")
                counts[outcome] += 1
                if outcome == "differ":
                    print("\n  ".join([f"{case['place']}: {case['text']} ({case['source']})", *differences]), flush=True)
    print(", ".join(f"{count} {outcome}" for outcome, count in counts.items()))
    return counts["differ"] != 0


if __name__ == "__main__":
    sys.exit(main())
