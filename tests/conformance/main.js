// The conformance plugin in JavaScript. Each document is called after what to do.
"use strict";
const sheaf = require("sheaf");

const size = (doc) => doc.set_metadata("bytes", Buffer.byteLength(doc.text));

const behaviours = {
  options(doc, ctx) {
    for (const [name, value] of Object.entries(ctx.options)) doc.set_metadata(name, value);
  },
  values(doc) {
    doc.add("value", 0, 1, {
      yes: true, no: false, small: -7, odd: 2n ** 53n + 1n, largest: 2n ** 63n - 1n,
      smallest: -(2n ** 63n), float: 0.1, large: 1e300, text: "a\0b\u{1F600}\n\"\\",
      empty: "", list: [1, "two", [3.5]], nothing: [], map: { a: { b: 1 } }, null: null,
    });
  },
  offsets(doc) {
    for (const match of doc.text.matchAll(/[^\x01-\x7f]+/g))
      doc.add("letter", match.index, match.index + match[0].length);
  },
  spans(doc) {
    for (const span of doc.spans("word"))
      doc.add("copy", span.start, span.end, { text: span.text, rank: span.rank });
  },
  metadata(doc) {
    doc.set_metadata("first", [1, 2]);
    doc.set_metadata("first", "again");
    doc.set_metadata("second", 1.5);
  },
  drop(doc) {
    doc.add("lost", 0, 1);
    doc.drop("not wanted");
  },
  mistake(doc) {
    doc.add("lost", 0, 1);
    throw new Error("a mistake");
  },
  failure(doc) {
    doc.add("lost", 0, 1);
    throw new sheaf.Failure("an expected failure");
  },
  outside: (doc) => doc.add("value", 0, 1000000),
  kind: (doc) => doc.add("No Kind", 0, 1),
  undeclared: (doc) => doc.add("other", 0, 1),
  unread: (doc) => doc.set_metadata("secrets", doc.spans("secret").length),
  missing: (doc) => doc.set_metadata("headings", doc.spans("heading").length),
  reserved: (doc) => doc.add("value", 0, 1, { start: 1 }),
  many(doc) {
    for (let i = 0; i < 10000; i++) doc.add("item", 10000 - i - 1, 10000 - i);
  },
  order(doc) {
    doc.add("item", 4, 5, { n: 1 });
    doc.add("item", 0, 2, { n: 2 });
    doc.add("item", 0, 3, { n: 3 });
    doc.add("item", 0, 2, { n: 4 });
  },
  size,
  empty: size,
  nul: size,
  facts(doc, ctx) {
    doc.set_metadata("facts", [doc.id, doc.bundle, doc.member, doc.media_type, doc.language]);
    doc.set_metadata("name", ctx.name);
  },
  log: (doc, ctx) => ctx.log("a line"),
  loop() {
    for (;;);
  },
  memory() {
    const all = [];
    for (;;) all.push(Buffer.alloc(1000000, 1).toString("latin1"));
  },
  after: (doc) => doc.set_metadata("after", true),
  part: (doc) => ({ member: doc.member, odd: 9007199254740993n, list: [] }),
};

const records = {
  both: (doc) => ({ "one.txt": doc.member + "\n", "two.bin": Buffer.from([255, 0, 254]) }),
  one: (doc) => ({ "two.bin": doc.text.slice(0, 3) }),
  none: () => null,
  part: (doc) => doc.member + "\0\n",
  mistake() {
    throw new Error("a mistake");
  },
};

const nameOf = (doc) => doc.member.match(/^\d+-([a-z]+)/)?.[1];

let told = "";  // What the option `text` asks for in `merge` and `finish`.

sheaf.plugin({
  init(options) {
    told = options.text;
    if (told === "fail") throw new Error("it cannot begin");
  },
  process: (doc, ctx) => behaviours[nameOf(doc)]?.(doc, ctx),
  encode: (doc) => records[nameOf(doc)]?.(doc),
  merge(total, part) {
    if (told === "merge fails") throw new Error("a mistake");
    while (told === "merge loops");
    (total.lines ??= []).push(`${part.member} ${part.odd} ${part.list.length}\n`);
  },
  async finish(all, ctx) {
    if (told === "finish fails") throw new sheaf.Failure("it cannot finish");
    while (told === "finish floods") await ctx.write("x".repeat(1000), "one.txt");
    for await (const line of all.lines ?? all) await ctx.write(line, "one.txt");
    await ctx.write(Buffer.from([255, 0, 254]), "two.bin");
  },
  check(ctx) {
    if (ctx.options.text === "missing") return "something is missing";
  },
});
