/**
 * Sheaf plugins in JavaScript: the protocol of PROTOCOL.md, in one file.
 *
 *     const sheaf = require("sheaf");
 *
 *     sheaf.plugin({
 *       process(doc, ctx) {
 *         for (const match of doc.text.matchAll(/\b\d{4}\b/g))
 *           doc.add("date", match.index, match.index + 4, { value: match[0] });
 *       },
 *     });
 *
 * Positions are those of JavaScript's strings: the library turns them into the
 * byte offsets of Sheaf. Hooks may be async. Throw a `sheaf.Failure` where a
 * document cannot be worked on; every other error is a mistake and comes with
 * its stack. Whole numbers beyond 2^53 arrive as BigInt and may be sent as such.
 *
 * With `"in_flight": 8` in plugin.json up to eight hooks run at one time, and go
 * on by turns where they await. `ctx.signal`, an AbortSignal, tells a hook that
 * its document was given up.
 */
"use strict";

const PROTOCOL = 1;

// So many characters on their way make those wait who write in a loop.
const BUSY_SIZE = 65536;

/** An expected failure: this document cannot be worked on. */
class Failure extends Error {}

// JSON with whole numbers of 64 bits ----------------------------------------

// Strings, which are passed over, and whole numbers of many digits.
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g;
const MARK = "\0bigint:";

/** Reads JSON; whole numbers that a double cannot hold become BigInt. */
function parse(line) {
  if (!/\d{16}/.test(line)) return JSON.parse(line);
  const marked = line.replace(TOKEN, (token) =>
    token[0] === '"' || Number.isSafeInteger(Number(token)) ? token
      : JSON.stringify(MARK + token));
  return JSON.parse(marked, (key, value) =>
    typeof value === "string" && value.startsWith(MARK) ? BigInt(value.slice(MARK.length))
      : value);
}

/** Writes JSON; BigInts become whole numbers. */
function stringify(value) {
  if (typeof value === "bigint") return value.toString();
  if (Array.isArray(value)) return `[${value.map((each) => stringify(each) ?? "null").join()}]`;
  if (value === null || typeof value !== "object" || value.toJSON) return JSON.stringify(value);
  const fields = Object.entries(value).filter(([, each]) => each !== undefined);
  return `{${fields.map(([key, each]) => `${JSON.stringify(key)}:${stringify(each)}`).join()}}`;
}

// Documents -----------------------------------------------------------------

/** One document, for the length of a hook. */
class Document {
  #spans;
  #kinds;
  #send;
  #offsets = null;
  #ascii;

  constructor(fields, send, content, kinds) {
    this.id = fields.id;
    this.bundle = fields.bundle;
    this.member = fields.member;
    this.media_type = fields.media_type;
    this.language = fields.language;
    this.sha256 = fields.sha256;
    this.text = fields.text;
    this.metadata = fields.metadata;
    this.content = content;
    this.#spans = fields.spans;
    this.#kinds = kinds;
    this.#send = send;
    this.#ascii = Buffer.byteLength(this.text) === this.text.length;
  }

  /** The byte offset of each position; in the middle of a pair that of its end. */
  #table() {
    if (this.#offsets) return this.#offsets;
    const offsets = new Uint32Array(this.text.length + 1);
    let at = 0;
    for (const character of this.text) {
      const size = Buffer.byteLength(character);
      for (let i = 0; i < character.length; i++)
        offsets[at + i + 1] = offsets[at] + size;
      at += character.length;
    }
    return (this.#offsets = offsets);
  }

  #offset(position) {
    if (!(position >= 0 && position <= this.text.length))
      throw new RangeError(`position ${position} is not in the text`);
    return this.#ascii ? position : this.#table()[position];
  }

  #position(offset) {
    if (this.#ascii) return offset;
    const table = this.#table();
    let low = 0, high = table.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (table[middle] < offset) low = middle + 1; else high = middle;
    }
    return low;
  }

  /** The kinds of spans that earlier steps have added, sorted. */
  kinds() {
    return Object.keys(this.#spans).sort();
  }

  /** The spans of a kind that earlier steps have added: `start`, `end`, `text`,
   * `kind`, and their attributes. */
  spans(kind) {
    if (this.#kinds && !this.#kinds.includes(kind))
      throw new Error(`"reads" in plugin.json does not list spans of the kind "${kind}": `
        + `add it, or "${kind}?" where they may be missing`);
    return (this.#spans[kind] ?? []).map((fields) => {
      const start = this.#position(fields.start), end = this.#position(fields.end);
      return { ...fields, kind, start, end, text: this.text.slice(start, end) };
    });
  }

  /** Adds a span over `text.slice(start, end)`. */
  add(kind, start, end, attributes = {}) {
    this.#send({ type: "span", kind, start: this.#offset(start), end: this.#offset(end),
      attributes });
  }

  /** Gives the document its text: once, and before spans are added. */
  set_text(text) {
    this.text = text;
    this.#offsets = null;
    this.#ascii = Buffer.byteLength(text) === text.length;
    this.#send({ type: "text", text });
  }

  /** Says that the text is not all that there was: the row becomes `partial`. */
  partial(reason) {
    this.#send({ type: "partial", reason });
  }

  /** Sets a key of the document's metadata. */
  set_metadata(key, value) {
    this.metadata[key] = value;
    this.#send({ type: "metadata", key, value });
  }

  /** Ends the document's way: its row is `skipped`. */
  drop(reason) {
    this.#send({ type: "drop", reason });
  }

  /** Makes a child document, which goes through the steps behind this one. */
  emit({ name, text, media_type = "text/plain", metadata = {} }) {
    this.#send({ type: "emit", name, text, media_type, metadata });
  }
}

// The conversation ----------------------------------------------------------

function sendRecord(record, output, send) {
  const content = Buffer.isBuffer(record)
    ? { base64: record.toString("base64") } : { data: String(record) };
  send({ type: "record", output, ...content });
}

function sendRecords(result, outputs, send) {
  if (result === undefined || result === null) return;
  const single = typeof result === "string" || Buffer.isBuffer(result);
  for (const [output, record] of Object.entries(single ? { [outputs[0]]: result } : result))
    sendRecord(record, output, send);
}

/** The two pipes. What is written in one turn goes out together. */
class Connection {
  #out = [];
  #size = 0;

  write(message) {
    const line = stringify(message);
    this.#size += line.length;
    if (this.#out.push(line) === 1) setImmediate(() => this.#flush());
  }

  #flush() {
    process.stdout.write(this.#out.join("\n") + "\n");
    this.#out = [];
    this.#size = 0;
  }

  /** Waits while much is on its way. */
  async drain() {
    if (this.#size < BUSY_SIZE) return;
    await new Promise(setImmediate);
    if (process.stdout.writableNeedDrain)
      await new Promise((resolve) => process.stdout.once("drain", resolve));
  }

  /** The messages that come in. */
  async *messages() {
    let parts = [];
    for await (const chunk of process.stdin.setEncoding("utf8")) {
      const [first, ...lines] = chunk.split("\n");
      parts.push(first);
      if (!lines.length) continue;
      lines.unshift(parts.join(""));
      parts = [lines.pop()];
      for (const line of lines) yield parse(line);
    }
  }
}

/** The records of all documents, in their order; `next` asks for some. */
async function* spool(next) {
  for (let answer; !answer?.end;) {
    answer = await next();
    yield* answer.records;
  }
}

async function* decoded(records) {
  for await (const record of records) yield Buffer.from(record, "base64");
}

/** Puts together what the documents amount to, and runs the `finish` hook. */
async function finish(hooks, ctx, next) {
  const records = spool(next);
  if (ctx.stage !== "reduce") {
    await hooks.finish(decoded(records), ctx);
    return;
  }
  let total = {};
  for await (const part of records) total = (await hooks.merge(total, part)) ?? total;
  await hooks.finish(total, ctx);
}

async function answer(hooks, ctx, question, send) {
  if (question.type === "check") {
    const missing = await hooks.check?.(ctx);
    if (missing) throw new Failure(missing);
  } else if (hooks[question.type]) {
    const content = question.content && Buffer.from(question.content, "base64");
    const doc = new Document(question.document, send, content, ctx.kinds);
    const result = await hooks[question.type](doc, ctx);
    if (question.type === "encode") sendRecords(result, ctx.outputs, send);
    else if (ctx.stage === "reduce" && result !== undefined && result !== null)
      send({ type: "part", value: result });
  }
}

/** The questions that are being answered, by their ids. */
class Questions {
  #all = new Map();
  #waiting = new Map();  // Those for records: what to call with them.

  cancel(id) {
    this.#all.get(id)?.abort(new Failure("cancelled"));
  }

  /** Hands records to the one who waits for them. */
  give(message) {
    this.#waiting.get(message.id)?.(message);
  }

  /** The context of `finish`, which writes, and what asks for its records. */
  #finish(hooks, ctx, id, send, connection) {
    ctx.write = (record, output) => {
      sendRecord(record, output ?? ctx.outputs[0], send);
      return connection.drain();
    };
    return finish(hooks, ctx, () => new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      send({ type: "next" });
    }));
  }

  /** Answers a question; once it is cancelled nothing more is said about it. */
  async reply(hooks, ctx, question, connection) {
    const { id } = question;
    const controller = new AbortController(), { signal } = controller;
    const send = (message) => signal.aborted || connection.write({ ...message, id });
    const end = (message) => {
      if (this.#all.delete(id)) connection.write({ ...message, id });
    };
    this.#all.set(id, controller);
    signal.addEventListener("abort", () => end({ type: "error", message: "cancelled" }));
    try {
      const own = Object.assign(Object.create(ctx), { signal });
      if (question.type === "finish") await this.#finish(hooks, own, id, send, connection);
      else await answer(hooks, own, question, send);
      end({ type: "done" });
    } catch (problem) {
      const message = problem instanceof Failure ? problem.message : problem?.stack ?? problem;
      const code = /allocation failed/.test(problem?.message) ? "limit" : undefined;
      end({ type: "error", code, message: String(message) });
    }
  }
}

async function greet(hooks, hello, connection) {
  const ctx = {
    name: hello.name, stage: hello.stage, options: hello.options, outputs: hello.outputs,
    kinds: hello.kinds,  // Of spans that it sees; null: all.
    log: (message) => connection.write({ type: "log", message: String(message) }),
  };
  try {
    await hooks.init?.(ctx.options, ctx);
    connection.write({ type: "hello", protocol: PROTOCOL, window: hello.window,
      capabilities: ["cancel", "bye"] });
  } catch (problem) {
    connection.write({ type: "error", message: `init: ${problem.message}` });
  }
  return ctx;
}

/** Talks with Sheaf until it hangs up. `hooks` has `init(options, ctx)`,
 * `process(doc, ctx)`, `encode(doc, ctx)`, `check(ctx)`, and where they are due
 * `merge(total, part)` and `finish(total, ctx)`, or `finish(records, ctx)`; all may
 * be missing. */
async function plugin(hooks) {
  const connection = new Connection(), questions = new Questions();
  console.log = console.error;  // What the plugin prints is no answer.
  let ctx = null;
  for await (const message of connection.messages()) {
    if (message.type === "bye") break;
    if (message.type === "cancel") questions.cancel(message.id);
    else if (message.type === "records") questions.give(message);
    else if (message.type === "hello") ctx = await greet(hooks, message, connection);
    else questions.reply(hooks, ctx, message, connection);
  }
}

module.exports = { Failure, plugin };
