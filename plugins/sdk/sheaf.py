"""Sheaf plugins in Python: the protocol of PROTOCOL.md, in one file.

    import re
    import sheaf

    @sheaf.process
    def process(doc, ctx):
        for match in re.finditer(r"\\b\\d{4}\\b", doc.text):
            doc.add("date", match.start(), match.end(), value=match.group())

    sheaf.run()

Positions are those of Python's strings: the library turns them into the byte
offsets of Sheaf. Raise `sheaf.Failure("why")` where a document cannot be worked
on; every other exception is a mistake and comes with its traceback. Documents
come one after the other; with `"in_flight": 16` in plugin.json the next ones wait
in the pipe already, which makes small ones several times as fast.
"""

import base64
import json
import os
import sys
import time
import traceback

PROTOCOL = 1
FLUSH_SECONDS = 0.02

__all__ = ["Context", "Document", "Failure", "Span", "check", "encode", "finish",
           "init", "merge", "process", "run"]


class Failure(Exception):
    """An expected failure: this document cannot be worked on."""


class Span:
    """An annotation: `kind`, `start`, `end`, `text`, and its attributes."""

    def __init__(self, doc, kind, fields):
        self.kind = kind
        self.start = doc._position(fields["start"])
        self.end = doc._position(fields["end"])
        self.text = doc.text[self.start:self.end]
        self.attributes = {key: value for key, value in fields.items()
                           if key not in ("start", "end")}

    def __getattr__(self, name):
        try:
            return self.attributes[name]
        except KeyError:
            raise AttributeError(name) from None

    def __repr__(self):
        return f"Span({self.kind!r}, {self.start}, {self.end}, {self.attributes!r})"


class Document:
    """One document, for the length of a hook."""

    def __init__(self, fields, send, content=None, kinds=None):
        self.id = fields["id"]
        self.bundle = fields["bundle"]
        self.member = fields["member"]
        self.media_type = fields["media_type"]
        self.language = fields["language"]
        self.sha256 = fields["sha256"]
        self.text = fields["text"]
        self.metadata = fields["metadata"]
        self.content = content  # Bytes; for plugins of stage `read`.
        self.dropped = False
        self._spans = fields["spans"]
        self._kinds = kinds  # Of spans that the plugin sees; None: all.
        self._send = send
        self._ascii = self.text.isascii()
        self._bytes = None  # The byte offset of each position, made when needed.

    def _offsets(self):
        if self._bytes is None:
            offset, self._bytes = 0, [0]
            for character in self.text:
                offset += len(character.encode())
                self._bytes.append(offset)
        return self._bytes

    def _offset(self, position):
        if not 0 <= position <= len(self.text):
            raise IndexError(f"position {position} is not in the text")
        return position if self._ascii else self._offsets()[position]

    def _position(self, offset):
        if self._ascii:
            return offset
        from bisect import bisect_left
        return bisect_left(self._offsets(), offset)

    def kinds(self):
        """The kinds of spans that earlier steps have added, sorted."""
        return sorted(self._spans)

    def spans(self, kind):
        """The spans of a kind, in text order, that earlier steps have added."""
        if self._kinds is not None and kind not in self._kinds:
            raise ValueError(f'"reads" in plugin.json does not list spans of the kind "{kind}": '
                             f'add it, or "{kind}?" where they may be missing')
        return [Span(self, kind, fields) for fields in self._spans.get(kind, [])]

    def add(self, kind, start, end, /, **attributes):
        """Adds a span over `text[start:end]`."""
        self._send({"type": "span", "kind": kind, "start": self._offset(start),
                    "end": self._offset(end), "attributes": attributes})

    def set_text(self, text):
        """Gives the document its text: once, and before spans are added."""
        self.text = text
        self._ascii, self._bytes = text.isascii(), None
        self._send({"type": "text", "text": text})

    def partial(self, reason):
        """Says that the text is not all that there was: the row becomes `partial`."""
        self._send({"type": "partial", "reason": reason})

    def set_metadata(self, key, value):
        """Sets a key of the document's metadata."""
        self.metadata[key] = value
        self._send({"type": "metadata", "key": key, "value": value})

    def drop(self, reason):
        """Ends the document's way: its row is `skipped`."""
        self.dropped = True
        self._send({"type": "drop", "reason": reason})

    def emit(self, name, text, *, media_type="text/plain", metadata=None):
        """Makes a child document, which goes through the steps behind this one."""
        self._send({"type": "emit", "name": name, "text": text,
                    "media_type": media_type, "metadata": metadata or {}})


class Context:
    """What a hook is told of its plugin: `name`, `stage`, `options`, `outputs`."""

    def __init__(self, hello, send):
        self.name = hello["name"]
        self.stage = hello["stage"]
        self.options = hello["options"]
        self.outputs = hello["outputs"]
        self.kinds = hello.get("kinds")  # Of spans that it sees; None: all.
        self._send = send

    def log(self, message):
        """Prints a line on Sheaf's standard error, with the plugin's name."""
        self._send({"type": "log", "message": str(message)})

    def write(self, record, output=None):
        """In `finish`: appends to an output, the only one if none is named."""
        self._send(_record(record, output or self.outputs[0]))


_hooks = {}


def _hook(name):
    def register(function):
        _hooks[name] = function
        return function
    register.__doc__ = f"Makes the function the plugin's `{name}` hook."
    return register


init = _hook("init")        # init(options, ctx), once
process = _hook("process")  # process(doc, ctx), for each document
encode = _hook("encode")    # encode(doc, ctx): the record, or one for each output
merge = _hook("merge")      # merge(total, part): the total, or None: the same one
finish = _hook("finish")    # finish(total, ctx), or finish(records, ctx)
check = _hook("check")      # check(ctx): None, or what is missing


def _record(record, output):
    """A record as a message."""
    message = {"type": "record", "output": output}
    if isinstance(record, (bytes, bytearray)):
        message["base64"] = base64.b64encode(record).decode()
    else:
        message["data"] = str(record)
    return message


def _records(result, outputs):
    """The records that an `encode` hook gave, as messages."""
    if result is None:
        return
    if not isinstance(result, dict):
        result = {outputs[0]: result}
    for output, record in result.items():
        yield _record(record, output)


def _spool(connection):
    """The records of all documents, in their order."""
    end = False
    while not end:
        connection.send({"type": "next"})
        answer = connection.receive()
        yield from answer["records"]
        end = answer["end"]


def _finish(connection, ctx):
    """Puts together what the documents amount to, and runs the `finish` hook."""
    records = _spool(connection)
    if ctx.stage != "reduce":
        _hooks["finish"](map(base64.b64decode, records), ctx)
        return
    total = {}
    for part in records:
        merged = _hooks["merge"](total, part)
        total = total if merged is None else merged
    _hooks["finish"](total, ctx)


class _Connection:
    """The two pipes. What the plugin prints goes to standard error."""

    def __init__(self):
        self._in = sys.stdin.fileno()
        self._out = sys.stdout.buffer
        sys.stdout = sys.stderr
        self._rest = bytearray()
        self._lines = []  # That came together, the last one first.
        self._flushed = 0.0
        self.id = None

    def receive(self):
        """The next message, or None at the end."""
        if not self._lines:
            self._out.flush()
        while not self._lines:
            chunk = os.read(self._in, 1 << 16)
            if not chunk:
                return None
            *lines, rest = chunk.split(b"\n")
            if lines:
                lines[0] = self._rest + lines[0]
                self._rest = bytearray()
            self._rest += rest
            self._lines = lines[::-1]
        return json.loads(self._lines.pop())

    def send(self, message):
        if self.id is not None:
            message["id"] = self.id
        line = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
        self._out.write(line.encode("utf-8", "surrogatepass") + b"\n")

    def flush_when_due(self):
        """Answers go together, but none is kept for long."""
        now = time.monotonic()
        if now - self._flushed > FLUSH_SECONDS:
            self._out.flush()
            self._flushed = now


def _answer(connection, ctx, question):
    kind = question["type"]
    if kind == "check":
        missing = _hooks["check"](ctx) if "check" in _hooks else None
        if missing:
            raise Failure(missing)
    elif kind == "finish":
        _finish(connection, ctx)
    elif kind in _hooks:
        content = question.get("content")
        doc = Document(question["document"], connection.send,
                       None if content is None else base64.b64decode(content),
                       ctx.kinds)
        result = _hooks[kind](doc, ctx)
        if kind == "encode":
            for message in _records(result, ctx.outputs):
                connection.send(message)
        elif ctx.stage == "reduce" and result is not None:
            connection.send({"type": "part", "value": result})


def _explain(mistake):
    """What it is comes first: of a long reason the end is cut off."""
    frames = traceback.extract_tb(mistake.__traceback__)
    calls = traceback.format_list([each for each in frames if each.filename != __file__])
    what = traceback.format_exception_only(type(mistake), mistake)
    return "".join([*what, "Traceback (most recent call last):\n", *calls]).strip()


def _reply(connection, ctx, question):
    connection.id = question["id"]
    try:
        _answer(connection, ctx, question)
        connection.send({"type": "done"})
    except Failure as failure:
        connection.send({"type": "error", "message": str(failure)})
    except MemoryError:
        connection.send({"type": "error", "code": "limit",
                         "message": "reached its memory limit"})
    except Exception as mistake:
        connection.send({"type": "error", "message": _explain(mistake)})
    connection.id = None
    connection.flush_when_due()


def run():
    """Talks with Sheaf until it hangs up. The last line of a plugin."""
    connection = _Connection()
    hello = connection.receive()
    if not hello:
        sys.exit("This is a plugin for Sheaf: sheaf run -p FOLDER …")
    ctx = Context(hello, connection.send)
    try:
        if "init" in _hooks:
            _hooks["init"](ctx.options, ctx)
        connection.send({"type": "hello", "protocol": PROTOCOL,
                         "window": hello.get("window", 1), "capabilities": ["bye"]})
    except Exception as problem:
        connection.send({"type": "error", "message": f"init: {problem}"})
    while (question := connection.receive()) and question["type"] != "bye":
        _reply(connection, ctx, question)
