"""Deflate data that give the file that they are in (Cox, "Zip Files All The
Way Down", 2010), and numbers that are the checksum of what they stand in."""

import struct


class Bits:
    """Deflate writes numbers from the lowest bit on, codes from the highest."""

    def __init__(self):
        self.bits = []

    def number(self, value, size):
        self.bits += [value >> i & 1 for i in range(size)]

    def code(self, value, size):
        self.bits += [value >> i & 1 for i in reversed(range(size))]

    def block(self, matches, last):
        """A block with the fixed codes (RFC 1951, 3.2.6)."""
        self.number(last | 1 << 1, 3)
        for length, distance in matches:
            extra = max((length - 3).bit_length() - 3, 0)
            code = 257 + 4 * extra + (length - 3 >> extra)
            self.code(code - 256, 7)
            self.number(length - 3 & (1 << extra) - 1, extra)
            extra = max((distance - 1).bit_length() - 2, 0)
            self.code(2 * extra + (distance - 1 >> extra), 5)
            self.number(distance - 1 & (1 << extra) - 1, extra)
        self.code(0, 7)


def repeat(size, last=0):
    """Code that repeats the last `size` bytes, in whole bytes."""
    lengths = [size] if 60 < size < 115 else [size // 2, size - size // 2]
    bits = Bits()
    bits.block([(length, size) for length in lengths], last)
    while not last and len(bits.bits) % 8:
        bits.block([], 0)
    return bytes(sum(bit << i for i, bit in enumerate(bits.bits[at:at + 8]))
                 for at in range(0, len(bits.bits), 8))


def verbatim(size):
    """Code that gives the next `size` bytes as they are."""
    return struct.pack("<BHH", 0, size, size ^ 0xFFFF)


def itself(head, tail):
    """Deflate data between `head`, of 60 or 61 bytes, and `tail` that give all
    three. Up to its last lines, what is given is what was run, and one
    instruction more."""
    first, again = verbatim(len(head) + 5), repeat(len(head) + 5)
    five, most, steady = verbatim(5), verbatim(20), repeat(20)
    size = len(tail)
    while len(repeat(size, 1)) + len(tail) != size:
        size += 1
    end, final = repeat(size, 1), verbatim(size)
    switch = repeat(11)
    assert (len(again), len(steady), len(switch)) == (5, 5, 6)
    return (first + head + first + again + five + again + five + five +
            most + again + five + five + most + steady +
            most + (steady + most) * 2 + steady +
            most + b"unchanged" + switch + final + switch +
            final + end + tail + end)


def solve(crc_of):
    """The number x with crc_of(x) == x. A CRC is affine: 32 equations."""
    wanted, answer = crc_of(0), 0
    rows = [(crc_of(1 << i) ^ wanted ^ 1 << i, 1 << i) for i in range(32)]
    for bit in reversed(range(32)):
        pivot = next((row for row in rows if row[0] >> bit == 1), None)
        if pivot is None:
            continue
        rows = [(row[0] ^ pivot[0], row[1] ^ pivot[1])
                if row[0] >> bit & 1 else row for row in rows if row != pivot]
        if wanted >> bit & 1:
            wanted, answer = wanted ^ pivot[0], answer ^ pivot[1]
    assert wanted == 0 and crc_of(answer) == answer
    return answer
