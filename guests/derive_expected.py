#!/usr/bin/env python3
"""Computes what the guests print by other means than the guests do, and compares it with NAME.expected.

    derive_expected.py [--write] [NAME...]

Nothing here knows System/370 instructions but for `Hexadecimal`, which restates the rules of hexadecimal floating-point
arithmetic (GA22-7000, "Floating-Point Instructions": truncation with one guard digit). With --write the files are made anew.
"""

import argparse
import pathlib
import sys
from decimal import ROUND_HALF_UP, Decimal, getcontext

from monitor.expected import WORKLOADS

HERE = pathlib.Path(__file__).resolve().parent


class Hexadecimal:
    """A hexadecimal floating-point number of `digits` fraction digits, 6 short or 14 long, always normalised."""

    def __init__(self, sign, exponent, fraction, digits):
        self.sign, self.exponent, self.fraction, self.digits = sign, exponent, fraction, digits

    @classmethod
    def normal(cls, sign, exponent, fraction, digits, extra):
        """A number from a fraction of digits+extra digits, whose extra digits are cut off after normalisation."""
        if fraction == 0:
            return cls(0, 0, 0, digits)
        while fraction >> 4 * (digits + extra):  # a carry
            fraction >>= 4
            exponent += 1
        while not fraction >> 4 * (digits + extra - 1):
            fraction <<= 4
            exponent -= 1
        return cls(sign, exponent, fraction >> 4 * extra, digits)

    @classmethod
    def of(cls, numerator, denominator=1, digits=14):
        """An exactly representable number."""
        places = 40
        scaled, rest = divmod(abs(numerator) << 4 * places, denominator)
        assert rest == 0
        return cls.normal(int(numerator < 0), 64 + digits, scaled, digits, places)

    def word(self):
        return (self.sign << 7 | self.exponent) << 4 * self.digits | self.fraction

    def short(self):
        return Hexadecimal(self.sign, self.exponent, self.fraction >> 32, 6)

    def __neg__(self):
        return Hexadecimal(1 - self.sign, self.exponent, self.fraction, self.digits)

    def __add__(self, other):
        large, small = (self, other) if self.exponent >= other.exponent else (other, self)
        one = large.fraction << 4
        two = (small.fraction << 4) >> 4 * (large.exponent - small.exponent)  # one guard digit remains
        total = (-one if large.sign else one) + (-two if small.sign else two)
        return self.normal(int(total < 0), large.exponent, abs(total), self.digits, 1)

    def __sub__(self, other):
        return self + -other

    def __mul__(self, other):
        return self.normal(self.sign ^ other.sign, self.exponent + other.exponent - 64, self.fraction * other.fraction,
                           self.digits, self.digits)

    def __truediv__(self, other):
        quotient = (self.fraction << 8 * self.digits) // other.fraction  # more digits than are kept
        return self.normal(self.sign ^ other.sign, self.exponent - other.exponent + 64, quotient, self.digits, self.digits)

    def above(self, other):
        return (self - other).fraction != 0 and not (self - other).sign


def primes():
    limit, shown = 16_000_000, 8
    flags = bytearray([1]) * limit
    flags[:2] = b"\0\0"
    for number in range(2, int(limit**0.5) + 1):
        if flags[number]:
            flags[number * number :: number] = bytes(len(range(number * number, limit, number)))
    last = [number for number in range(limit - 1000, limit) if flags[number]][-shown:]
    return f"Primes below {limit}: {sum(flags)}\nThe last ones: {' '.join(map(str, last))}\n"


def pi():
    """Machin: pi = 16 arctan 1/5 - 4 arctan 1/239."""
    unit = 10**1020

    def arctan(inverse):
        power = total = unit // inverse
        divisor, sign = 3, -1
        while power:
            power //= inverse * inverse
            total += sign * (power // divisor)
            divisor, sign = divisor + 2, -sign
        return total

    decimals = str(16 * arctan(5) - 4 * arctan(239))[1:1001]
    blocks = [decimals[start : start + 10] for start in range(0, 1000, 10)]
    lines = [" ".join(blocks[start : start + 5]) for start in range(0, 100, 5)]
    return "pi with 1000 decimals\n3. " + "\n   ".join(lines) + "\n"


EMPLOYEES = """\
FINISHING,NOVAK PETER,38.50,12.75,0
ASSEMBLY,MILLER FRANK,42.00,11.40,0
OFFICE,WEBER ANNA,40.00,15.25,50.00
ASSEMBLY,BAKER ROSE,6.25,10.80,100.00
ASSEMBLY,ADAMS JOHN,51.50,12.15,25.00
FINISHING,KOWALSKI JAN,37.25,11.38,0
OFFICE,ABBOTT GRACE,55.00,18.90,0
ASSEMBLY,MILLER ALICE,40.00,11.40,0
FINISHING,DUBOIS CLAIRE,44.75,13.05,19.99
ASSEMBLY,YOUNG THEODORE,0.50,10.05,0
OFFICE,STONE HENRY,16.00,12.50,0
ASSEMBLY,FISCHER KARL,40.00,12.50,0
"""


def payroll():
    cent = Decimal("0.01")

    def amounts(values):
        """Gross, tax, advance and net."""
        gross, tax, advance, net = values
        line = f"{gross:10,.2f}{tax:10,.2f}{advance:10,.2f}{abs(net):10,.2f}"
        return line + ("CR" if net < 0 else "")

    def pay(hours, rate, advance):
        gross = ((hours + max(hours - 40, Decimal(0)) / 2) * rate).quantize(cent, ROUND_HALF_UP)
        tax = max(min(gross, Decimal(500)) - 200, Decimal(0)) * Decimal("0.15")
        tax += max(gross - 500, Decimal(0)) * Decimal("0.25")
        tax = tax.quantize(cent, ROUND_HALF_UP)
        return gross, tax, advance, gross - tax - advance

    departments = {}
    for line in EMPLOYEES.splitlines():
        department, name, *numbers = line.split(",")
        hours, rate, advance = map(Decimal, numbers)
        departments.setdefault(department, []).append((name.replace(" ", ", "), hours, rate, pay(hours, rate, advance)))

    def totals(people):
        hours = sum(person[1] for person in people)
        sums = [sum(person[3][column] for person in people) for column in range(4)]
        return f"{len(people):4} employees {hours:10,.2f}       {amounts(sums)}", hours, sums

    text = ["PAYROLL             HOURS   RATE     GROSS       TAX   ADVANCE       NET"]
    for department in sorted(departments):
        people = sorted(departments[department])
        text.append(department)
        text += [f"  {name:16}{hours:7.2f}{rate:7.2f}{amounts(paid)}" for name, hours, rate, paid in people]
        text.append(totals(people)[0])
    everybody, hours, (gross, _, _, net) = totals([person for people in departments.values() for person in people])
    average = (gross / hours).quantize(cent, ROUND_HALF_UP)
    bank = f"{net:,.2f}"
    text += ["ALL DEPARTMENTS", everybody, f"{'Average pay per hour':26}{average:10,.2f}",
             f"{'To be fetched at the bank':26}{'$' + bank:>10} {bank:*>10}"]
    return "\n".join(text) + "\n"


def mandelbrot():
    rows, columns, most = 20, 60, 255
    graphics = " ...,,,---:::;;;+++===***%%%&&&".ljust(most, "&") + " "

    def count(real, imaginary):
        digits = real.digits
        x = y = Hexadecimal(0, 0, 0, digits)
        four = Hexadecimal.of(4, digits=digits)
        for steps in range(1, most):
            squares = x * x, y * y
            product = x * y
            x, y = squares[0] - squares[1] + real, product + product + imaginary
            if (squares[0] + squares[1]).above(four):
                return steps
        return most

    text, inside, different = [], 0, 0
    for row in range(rows):
        imaginary = Hexadecimal.of(-133 + 14 * row, 128)  # -9.5 * 7/64 + row * 7/64
        line = ""
        for column in range(columns):
            real = Hexadecimal.of(-136 + 3 * column, 64)
            steps = count(real, imaginary)
            different += steps != count(real.short(), imaginary.short())
            inside += steps == most
            line += graphics[steps]
        text.append(line)
    area = Decimal(inside * 21) / 4096
    text += [f"Points that differ in short precision: {different}",
             f"Area of the set:{area.quantize(Decimal('0.001'), ROUND_HALF_UP):7}"]
    return "\n".join(text) + "\n"


def supervisor():
    mask = 0xFFFFFFFF
    # A: a linear congruential generator, and passes of two running sums of which one replaces the word.
    number, words = 370, []
    for _ in range(16384):
        number = (number * 1103515245 + 12345) & mask
        words.append(number)
    first = second = 0
    for _ in range(128):
        for place, word in enumerate(words):
            first = (first + word) & mask
            second = (second + first) & mask
            words[place] = second
    # B: Collatz.
    lengths = [0, 0]
    for start in range(2, 20000):
        value, steps = start, 0
        while value >= start:
            value = value // 2 if value % 2 == 0 else 3 * value + 1
            steps += 1
        lengths.append(steps + lengths[value])
    longest = max(lengths)
    # C: hexadecimal floating point.
    one = Hexadecimal.of(1)
    k, total, partial = one, Hexadecimal(0, 0, 0, 14), Hexadecimal(0, 0, 0, 14)
    for term in range(1, 500_001):
        total = total + one / k / k
        k = k + one
        if term % 50_000 == 0:
            partial = partial + total
    faults = (1 + 16) + (1 + -(-19999 * 2 // 4096)) + (1 + 10)  # program and data pages of each task
    return (f"Supervisor: 3 tasks, each with its own key and address space, 4K pages\n"
            f"A, key 1: 128 passes over 64K, checksum {first:08X}{second:08X}\n"
            f"B, key 2: longest Collatz chain starts at{lengths.index(longest):6}: {longest:4} steps;{sum(lengths):8} in all\n"
            f"C, key 3: three forbidden operations had no effect\n"
            f"C, key 3: sum of 1/k**2 is 0x{total.word():016X}, of ten partial sums 0x{partial.word():016X}\n"
            f"Page faults resolved: {faults}\n"
            f"Protection exceptions: 2, privileged-operation exceptions: 1\n"
            f"Interval timer, clock comparator and CPU timer have each ended 100 time slices or more\n")


def selftest():
    table = [line.split() for line in (HERE / "selftest.s").read_text().splitlines()]
    cases = [line for line in table if line[:1] == ["case"]]
    direct = sum("direct=1" in line for line in cases)
    return f"{2 * len(cases) - direct} tests, 0 errors\n"


# The steps of iotest: name, unit and channel status, then residual count, whether its data are compared, sense. From the manuals of
# the devices: 0C is channel end and device end, 01 unit exception, 02 unit check; 40 incorrect length, 20 program check, 80 PCI.
IO_STEPS = """
PRINTER SKIP         0C00
PRINTER CHAIN        0C00 0
CONSOLE WRITE        0C00 0
CONSOLE READ         0C00 15 SAME     5 of 20 bytes were typed
CONSOLE SENSE        0C00 0
CONSOLE BAD COMMAND  0E00 - - 8000    command reject
READER CARD          0C00 0 SAME
READER LONG          0C40 20 SAME     a card has 80 columns, not 100
READER END           0D00             end of file
PUNCH CARDS          0C00 0
PUNCH LONG           0C40 1
TAPE MODE SET        0C00
TAPE REWIND          0C00
TAPE WRITE           0C00 0
TAPE GATHER          0C00 0
TAPE WRITE INDIRECT  0C00 0
TAPE MARK            0C00
TAPE REWIND          0C00
TAPE READ            0C00 0 SAME
TAPE SCATTER         0C00 0 SAME
TAPE READ INDIRECT   0C00 0 SAME
TAPE READ AT MARK    0D40 80          a tape mark, and no data
TAPE BACK OVER MARK  0D00
TAPE BACK            0C00
TAPE BACK            0C00
TAPE READ BACKWARD   0C00 0 SAME
TAPE BACK AT START   0E00 - - 0048    ready, at load point
TAPE FORWARD         0C00
TAPE NEXT FILE       0C00
TAPE BACK FILE       0C00
TAPE REWIND          0C00
TAPE READ SHORT      0C40 0           the block has 80 bytes: 70
TAPE READ LONG       0C40 10          90, of the gathered block of 80
TAPE PCI             0C80 1
CHANNEL COUNT ZERO   0020
CHANNEL TIC TO TIC   0020
DISK FORMAT          0C00 0
DISK READ            0C00 0 SAME
DISK READ BY KEY     0C00 0 SAME
DISK READ CKD        0C00 0 SAME
DISK UPDATE          0C00 0
DISK READ            0C00 0 SAME
DISK MULTIPLE TRACK  0C00 0 SAME
DISK NO RECORD       0E00 - - 0008    no record found
DISK READ SHORT      0C40 0
DISK SEEK BEYOND     0E00 - - 8000    command reject
DISK BAD SEQUENCE    0E00 - - 8000
BLOCK WRITE          0C00 0
BLOCK READ           0C00 0 SAME
BLOCK READ ONE       0C00 0 SAME
BLOCK BEYOND EXTENT  0E00 - - 8000    command reject
BLOCK BAD SEQUENCE   0E00 - - 8000
"""


def iotest():
    lines = []
    for row in IO_STEPS.strip().splitlines():
        name, (status, *rest) = row[:21], row[21:38].split()
        count, data, sense = (rest + ["-"] * 3)[:3]
        line = f"{name}{status} {'' if count == '-' else f'{int(count):04X}':4} {'' if data == '-' else data:9} "
        lines.append((line + ("" if sense == "-" else "SENSE " + sense)).rstrip())
    # The first step skips to a new page; the second prints a line over itself.
    return "\n".join([lines[0], "BANNER LINE\rBANNER LINE"] + lines[1:] + ["END OF IOTEST"]) + "\n"


GUESTS = {guest.__name__: guest for guest in (iotest, mandelbrot, payroll, pi, primes, selftest, supervisor)}
GUESTS.update(WORKLOADS)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("names", nargs="*", help="guests, all if none is named")
    arguments.add_argument("--write", action="store_true", help="write the files instead of comparing")
    options = arguments.parse_args()
    getcontext().prec = 60
    wrong = 0
    for name in options.names or sorted(GUESTS):
        text, path = GUESTS[name](), HERE / f"{name}.expected"
        if options.write:
            path.write_bytes(text.encode())
        same = path.read_bytes() == text.encode()  # as they are: print has carriage returns
        wrong += not same
        print(f"{name}: {'as expected' if same else 'DIFFERENT'}")
        if not same:
            print(text)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
