"""What the monitor prints for a workload, from its cards: README.md as formulas.

Nothing here follows the monitor instruction by instruction: how often something happens is computed from the dials at once, and what the
programs compute is computed by other means, as far as there are any.
"""

import pathlib
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

MASK = 0xFFFFFFFF
RECORDS = 16

# Instructions of an event, and how many more for each partition; and of a unit of work.
EVENT_COSTS = {"SVC": (70, 0), "SIO": (155, 8), "MORE": (6, 0), "SSM": (4, 0), "TIMER": (60, 6), "SWITCH": (45, 7)}
UNIT_COSTS = {"COMPUTE": 358, "COMMERCE": 361, "FILES": 408}
OTHER_COST = 1000

ABENDS = {"STORE": "0C4 PROTECTION", "FETCH": "0C4 PROTECTION", "BADTIME": "30A ADDRESS IS NOT THE JOBS OWN",
          "BADPASS": "913 WRONG PASSWORD", "BADLABEL": "813 WRONG VOLUME"}
PROTECTED = {"STORE", "FETCH"}


def read_cards(path):
    cards = {"RUN": {"MILLIONS": "1", "PARTITIONS": "1", "JOBS": "1", "MEASURE": "NO"}, "VOLUME": {}, "DIAL": {}}
    programs = {}
    for line in path.read_text().splitlines():
        if line.startswith("*") or not line.strip():
            continue
        verb, *pairs = line.split()
        values = dict(pair.split("=") for pair in pairs)
        if verb == "END":
            break
        if verb == "JOB":
            for partition in range(1, 16):
                if values.get("PARTITION", str(partition)) == str(partition) and "PROGRAM" in values:
                    programs[partition] = values["PROGRAM"]
        else:
            cards[verb].update(values)
    return cards["RUN"], {name: int(value) for name, value in cards["DIAL"].items()}, programs


def numbers(partition):
    """The generator of COMPUTE and COMMERCE."""
    number = 370 + partition
    while True:
        number = (number * 1103515245 + 12345) & MASK
        yield number


@lru_cache(None)
def compute(partition, units):
    table = [0] * 256
    for _, number in zip(range(32 * units), numbers(partition)):
        place = number >> 24
        table[place] = (table[place] + number & MASK) ^ 0x0F1E2D3C
    return sum(word * pow(31, 255 - place, 1 << 32) for place, word in enumerate(table)) & MASK, []


@lru_cache(None)
def commerce(partition, units):
    sums = {"TOTAL": Decimal(0), "TAX": Decimal(0), "SMALLEST": Decimal(0), "MAX": Decimal(0)}
    cent, source = Decimal("0.01"), numbers(partition)
    for _ in range(units):
        amounts = []
        for _ in range(8):
            number = next(source)
            price = ((number >> 27) + 1) * Decimal(number >> 8 & 0x3FFF) / 100
            tax = (price * Decimal("0.19")).quantize(cent, ROUND_HALF_UP)
            sums["TAX"] += tax
            amounts.append(price + tax)
        sums["TOTAL"] += sum(amounts)
        sums["SMALLEST"] += min(amounts)
        sums["MAX"] += max(amounts)
    report = [f"{'TOTAL':9}{sums['TOTAL']:21,.2f}  TAX{sums['TAX']:21,.2f}",
              f"{'SMALLEST':9}{sums['SMALLEST']:21,.2f}  MAX{sums['MAX']:21,.2f}"]
    return int(f"{int(sums['TOTAL'] * 100) % 10**7:07}C", 16), report


@lru_cache(None)
def files(partition, units):
    # Eight times x -> 5x + 3 + partition is x -> factor * x + addend.
    factor, addend = 5**8 % 256, sum(5**n for n in range(8)) * (3 + partition) % 256
    values, total = list(range(256)), 370 + partition
    for _ in range(units):
        values = [(factor * value + addend) % 256 for value in values]
        for place in range(0, 256, 4):
            total = 31 * total + int.from_bytes(bytes(values[place:place + 4]), "big") & MASK
    return total, []


PROGRAMS = {"COMPUTE": compute, "COMMERCE": commerce, "FILES": files}


class Rates:
    """What the dials make of a million instructions."""

    def __init__(self, dials, partitions):
        self.calls, self.transfers, self.ssm = dials.get("SVC", 1), dials.get("SIO", 0), dials.get("SSM", 0)
        ticks = dials.get("TIMER", 0)
        switches = dials.get("SWITCH", self.transfers + ticks) if partitions > 1 else 0
        needed = self.calls + self.transfers + ticks
        self.more = dials.get("LPSW", needed) - needed
        events = {"SVC": self.calls, "SIO": self.transfers, "MORE": self.more, "SSM": self.ssm, "TIMER": ticks,
                  "SWITCH": switches}
        self.work = 10**6 - sum(count * (EVENT_COSTS[event][0] + EVENT_COSTS[event][1] * partitions)
                                for event, count in events.items())


class Stream:
    """The jobs of a partition, and the versions of its records."""

    def __init__(self, partition):
        self.partition, self.versions, self.lines, self.calls, self.transfers = partition, [0] * RECORDS, [], 0, 0

    def add(self, job, program, units, rates):
        opened = int(rates.transfers > 0)
        name = f"JOB {job:2} {program:8} "
        if program in ABENDS:
            self.calls += opened + (program not in PROTECTED)
            self.lines.append(name + "ABEND " + ABENDS[program])
            return
        result, calls, transfers, total = 0, 0, 0, 0
        if program == "SLEEP":
            own_calls = 4  # TIME, SET TIMER, WAIT, TIME
        else:
            result, report = PROGRAMS[program](self.partition, units)
            self.lines += report
            own_calls = len(report)
            between = rates.work // rates.calls
            calls = max(-(-(units * UNIT_COSTS[program] - between // 2) // between), 0)
            transfers = calls * rates.transfers // rates.calls
            total = self.transfer(transfers)
        self.calls += opened + own_calls + calls + 1
        self.transfers += transfers
        self.lines.append(f"{name}UNITS {units:10} RESULT {result:08X} TRANSFERS {transfers:7} SUM {total:08X} ERRORS 0")

    def transfer(self, transfers):
        total = 0
        for pair in range((transfers + 1) // 2):
            record = pair % RECORDS
            total += 257 * self.versions[record] + record + 1
            self.versions[record] += 2 * pair + 1 < transfers
        return total & MASK


def expected(path):
    run, dials, programs = read_cards(path)
    partitions, jobs, millions = int(run["PARTITIONS"]), int(run["JOBS"]), int(run["MILLIONS"])
    rates = Rates(dials, partitions)
    streams = [Stream(partition) for partition in range(1, partitions + 1)]
    for stream in streams:
        for job in range(1, jobs + 1):
            program = programs.get(stream.partition, "COMPUTE")
            if program == "MIXED":
                program = ("COMPUTE", "COMMERCE", "FILES")[(job + stream.partition) % 3]
            cost = UNIT_COSTS.get(program, OTHER_COST)
            stream.add(job, program, max(millions * rates.work // (partitions * jobs * cost), 1), rates)
    calls = sum(stream.calls for stream in streams)
    protected = sum(programs.get(stream.partition) in PROTECTED for stream in streams) * jobs
    exits = calls + protected - 1  # from the monitor to whoever runs next: the last call has none
    counts = [(calls, "SUPERVISOR CALLS"), (sum(stream.transfers for stream in streams), "START I/O TO THE DISK"),
              (exits * rates.ssm // (2 * rates.calls) * 2, "SET SYSTEM MASK"),
              (exits * rates.more // rates.calls, "FURTHER LOAD PSW"), (protected, "PROGRAM INTERRUPTIONS")]
    text = [f"P{stream.partition:2} {line}" for stream in streams for line in stream.lines]
    text += [f"{count:10} {what}" for count, what in counts]
    return "\n".join(text + ["END OF THE MONITOR"]) + "\n"


WORKLOADS = {f"monitor/workloads/{path.stem}": (lambda path=path: expected(path))
             for path in sorted((pathlib.Path(__file__).parent / "workloads").glob("*.cards"))}
