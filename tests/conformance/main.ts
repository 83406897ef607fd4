/** The conformance plugin in TypeScript. Each document is called after what to do. */

declare namespace math {
  const maxinteger: number, mininteger: number;
}
declare namespace string {
  function char(this: void, ...bytes: number[]): string;
}
/** Whole numbers of TypeScript itself are exact up to 2^53 only. */
declare function tonumber(this: void, text: string): number;

type Behaviour = (this: void, doc: Doc, ctx: Ctx) => ReturnType<NonNullable<Hooks["process"]>>;

const size: Behaviour = (doc) => doc.set_metadata("bytes", doc.text.length());

const behaviours: Record<string, Behaviour> = {
  options(doc, ctx) {
    for (const [name, value] of Object.entries(ctx.options)) doc.set_metadata(name, value);
  },
  values(doc) {
    doc.add("value", 0, 1, {
      yes: true, no: false, small: -7, odd: tonumber("9007199254740993"),
      largest: math.maxinteger, smallest: math.mininteger, float: 0.1, large: 1e300,
      text: "a\0b\u{1F600}\n\"\\", empty: "", list: [1, "two", [3.5]], nothing: sheaf.list([]),
      map: { a: { b: 1 } }, null: sheaf.null,
    });
  },
  offsets(doc) {
    for (const [from, to] of doc.text.each("[^\x01-\x7f]+")) doc.add("letter", from, to);
  },
  spans(doc) {
    for (const span of doc.spans("word"))
      doc.add("copy", span.from, span.to, { text: `${span.text}`, rank: span.rank });
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
    return $multi(undefined, "an expected failure");
  },
  outside: (doc) => doc.add("value", 0, 1000000),
  kind: (doc) => doc.add("No Kind", 0, 1),
  undeclared: (doc) => doc.add("other", 0, 1),
  unread: (doc) => doc.set_metadata("secrets", doc.span_list("secret").length),
  missing: (doc) => doc.set_metadata("headings", doc.span_list("heading").length),
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
  log: (_, ctx) => ctx.log("a line"),
  loop() {
    for (;;);
  },
  memory() {
    // It comes to the limit of memory long before that of CPU time.
    for (let all = "x";;) all = all.repeat(16);
  },
  after: (doc) => doc.set_metadata("after", true),
  part: (doc) => ({
    member: doc.member, odd: tonumber("9007199254740993"), list: sheaf.list([]),
  }),
};

const records: Record<string, (this: void, doc: Doc) => Record<string, string> | string | undefined> = {
  both: (doc) => ({ "one.txt": doc.member + "\n", "two.bin": string.char(255, 0, 254) }),
  one: (doc) => ({ "two.bin": `${doc.text.sub(1, 3)}` }),
  none: () => undefined,
  part: (doc) => doc.member + "\0\n",
  mistake() {
    throw new Error("a mistake");
  },
};

function nameOf(doc: Doc): string {
  return sheaf.text(doc.member).match("^%d+%-(%a+)")[0];
}

/** What the option `text` asks for in `init`, `merge` and `finish`. */
let told = "";

interface Part {
  member: string;
  odd: number;
  list: number[];
}

const plugin: Hooks = {
  init(options) {
    told = options.text;
    if (told === "fail") throw new Error("it cannot begin");
  },
  process(doc, ctx) {
    const run: Behaviour | undefined = behaviours[nameOf(doc)];
    if (run !== undefined) return run(doc, ctx);
  },
  encode: (doc) => records[nameOf(doc)]?.(doc),
  merge(total: { lines?: string[] }, part: Part) {
    if (told === "merge fails") throw new Error("a mistake");
    while (told === "merge loops");
    total.lines ??= [];
    total.lines.push(`${part.member} ${part.odd} ${part.list.length}\n`);
  },
  finish(all: { lines?: string[] } & Partial<Spool>, ctx) {
    if (told === "finish fails") return $multi(undefined, "it cannot finish");
    while (told === "finish floods") ctx.write("x".repeat(1000), "one.txt");
    for (const line of all.lines ?? []) ctx.write(line, "one.txt");
    if (all.records !== undefined) {
      for (const record of all.records()) ctx.write(record, "one.txt");
    }
    ctx.write(string.char(255, 0, 254), "two.bin");
  },
  check(ctx) {
    if (ctx.options.text === "missing") return $multi(undefined, "something is missing");
    return true;
  },
};

export = plugin;
