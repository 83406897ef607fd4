"""The conformance plugin in Python. Each document is called after what to do."""

import re
import sheaf


def options(doc, ctx):
    for name, value in ctx.options.items():
        doc.set_metadata(name, value)


def values(doc, ctx):
    doc.add("value", 0, 1, yes=True, no=False, small=-7, odd=2**53 + 1,
            largest=2**63 - 1, smallest=-2**63, float=0.1, large=1e300,
            text="a\0b\U0001F600\n\"\\", empty="", list=[1, "two", [3.5]],
            nothing=[], map={"a": {"b": 1}}, null=None)


def offsets(doc, ctx):
    for match in re.finditer("[^\1-\x7f]+", doc.text):
        doc.add("letter", match.start(), match.end())


def spans(doc, ctx):
    for span in doc.spans("word"):
        doc.add("copy", span.start, span.end, text=span.text, rank=span.rank)


def metadata(doc, ctx):
    doc.set_metadata("first", [1, 2])
    doc.set_metadata("first", "again")
    doc.set_metadata("second", 1.5)


def drop(doc, ctx):
    doc.add("lost", 0, 1)
    doc.drop("not wanted")


def mistake(doc, ctx):
    doc.add("lost", 0, 1)
    raise ValueError("a mistake")


def failure(doc, ctx):
    doc.add("lost", 0, 1)
    raise sheaf.Failure("an expected failure")


def outside(doc, ctx):
    doc.add("value", 0, 1000000)


def kind(doc, ctx):
    doc.add("No Kind", 0, 1)


def undeclared(doc, ctx):
    doc.add("other", 0, 1)


def unread(doc, ctx):
    doc.set_metadata("secrets", len(doc.spans("secret")))


def missing(doc, ctx):
    doc.set_metadata("headings", len(doc.spans("heading")))


def reserved(doc, ctx):
    doc.add("value", 0, 1, start=1)


def many(doc, ctx):
    for i in range(10000):
        doc.add("item", 10000 - i - 1, 10000 - i)


def order(doc, ctx):
    doc.add("item", 4, 5, n=1)
    doc.add("item", 0, 2, n=2)
    doc.add("item", 0, 3, n=3)
    doc.add("item", 0, 2, n=4)


def size(doc, ctx):
    doc.set_metadata("bytes", len(doc.text.encode()))


def facts(doc, ctx):
    doc.set_metadata("facts", [doc.id, doc.bundle, doc.member, doc.media_type,
                               doc.language])
    doc.set_metadata("name", ctx.name)


def log(doc, ctx):
    ctx.log("a line")


def loop(doc, ctx):
    while True:
        pass


def memory(doc, ctx):
    everything = []
    while True:
        everything.append("x" * 1000000 + str(len(everything)))


def after(doc, ctx):
    doc.set_metadata("after", True)


def part(doc, ctx):
    return {"member": doc.member, "odd": 2**53 + 1, "list": []}


def both(doc):
    return {"one.txt": doc.member + "\n", "two.bin": b"\xff\0\xfe"}


def one(doc):
    return {"two.bin": doc.text[:3]}


def record(doc):
    return doc.member + "\0\n"


def nothing(doc):
    return None


def wrong(doc):
    raise ValueError("a mistake")


BEHAVIOURS = {each.__name__: each for each in (
    options, values, offsets, spans, metadata, drop, mistake, failure, outside,
    kind, undeclared, unread, missing, reserved, many, order, size, facts, log, loop,
    memory, after, part)}
BEHAVIOURS.update(empty=size, nul=size)
RECORDS = {"both": both, "one": one, "none": nothing, "mistake": wrong, "part": record}


told = ""  # What the option `text` asks for in `merge` and `finish`.


def name_of(doc):
    match = re.match(r"\d+-([a-z]+)", doc.member)
    return match and match.group(1)


@sheaf.init
def init(given, ctx):
    global told
    told = given["text"]
    if told == "fail":
        raise ValueError("it cannot begin")


@sheaf.process
def process(doc, ctx):
    run = BEHAVIOURS.get(name_of(doc))
    return run and run(doc, ctx)


@sheaf.encode
def encode(doc, ctx):
    run = RECORDS.get(name_of(doc))
    return run and run(doc)


@sheaf.merge
def merge(total, one):
    if told == "merge fails":
        raise ValueError("a mistake")
    while told == "merge loops":
        pass
    total.setdefault("lines", []).append(
        f"{one['member']} {one['odd']} {len(one['list'])}\n")


@sheaf.finish
def finish(everything, ctx):
    if told == "finish fails":
        raise sheaf.Failure("it cannot finish")
    while told == "finish floods":
        ctx.write("x" * 1000, "one.txt")
    lines = everything["lines"] if ctx.stage == "reduce" else everything
    for line in lines:
        ctx.write(line, "one.txt")
    ctx.write(b"\xff\0\xfe", "two.bin")


@sheaf.check
def check(ctx):
    if ctx.options["text"] == "missing":
        return "something is missing"


sheaf.run()
