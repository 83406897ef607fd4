// Made by scripts/reference.lua, for typescript-to-lua and its language
// extensions.

/** A document. */
declare interface Doc {
  /** `BUNDLE-ORDINAL/MEMBER-ORDINAL/MEMBER-NAME`: unique in a run. */
  readonly id: string;
  /** The bundle's path as the user gave it. */
  readonly bundle: string;
  /** The member's name in its bundle. */
  readonly member: string;
  /** Such as `text/plain`. */
  readonly media_type: string;
  /** A BCP 47 tag such as `en`; `und` when it is not known. */
  readonly language: string;
  /** A copy. `doc:set_metadata` changes the document's. */
  readonly metadata: Record<string, any>;
  /** The whole text. It never changes. */
  readonly text: Text;
  /** The bytes that the text is made from, as they are in the bundle. */
  readonly content: string;
  /** Iterates over the spans of a kind in text order. */
  spans(kind: string): LuaIterable<Span>;
  /** The spans of a kind as a list. */
  span_list(kind: string): Span[];
  /** How many spans of a kind there are. */
  count(kind: string): number;
  /** The kinds of spans that the document has, sorted. */
  kinds(): string[];
  /** Adds a span over `[from, to)`. */
  add(kind: string, from: number, to: number, attributes?: Record<string, any>): void;
  /** Ends the document's way. Its row is `skipped`, later steps do not see it. */
  drop(reason: string): void;
  /** Makes a child document. It goes through the steps behind this one, whatever becomes of its parent, and has a row of its own. */
  emit(child: { name: string; text: string | Text; media_type?: string; metadata?: Record<string, any> }): void;
  /** Gives the document its text: in a plugin of stage `read`, once, before it adds spans. */
  set_text(text: string | Text): void;
  /** Says, in a plugin of stage `read`, that the text is not all that there was: the row becomes `partial`. */
  partial(reason: string): void;
  /** Sets a key of the document's metadata. */
  set_metadata(key: string, value: any): void;
  /** The document as one line of JSON, as `export.jsonl` writes it; with `line`, with its line end. */
  json(options?: { offsets?: "bytes" | "codepoints"; line?: boolean }): string;
}

/** A piece of the text of a certain kind. */
declare interface Span {
  /** Such as `citation`. */
  readonly kind: string;
  /** Its first byte in the document, from 0. */
  readonly from: number;
  /** One past its last byte. */
  readonly to: number;
  /** The text that it is over. */
  readonly text: Text;
  /** The name of the plugin that made it. */
  readonly plugin: string;
  /** All attributes. Each is a field of its own too: `span.symbol`. */
  readonly attributes: Record<string, any>;
  /** The attributes. */
  readonly [attribute: string]: any;
}

/** A piece of a document's text, without a copy. `from` and `to` are byte offsets in the document; `i`, `j` and `init` count in this text from 1. */
declare interface Text {
  /** Its size in bytes. Lua's `#`. */
  length: LuaLengthMethod<number>;
  /** Where it begins in the document, from 0. */
  readonly from: number;
  /** Where it ends in the document. */
  readonly to: number;
  /** The piece `[from, to)` by offsets in the document. */
  slice(from: number, to: number): Text;
  /** The piece that `string.sub` would give. */
  sub(i: number, j?: number): Text;
  /** The piece without white space at its ends. */
  trim(): Text;
  /** As `string.byte`, for one byte. */
  byte(i?: number): number | undefined;
  /** True when the bytes are the same. */
  equals(other: string | Text): boolean;
  /** True when it begins with `other`. */
  starts_with(other: string | Text): boolean;
  /** True when it ends with `other`. */
  ends_with(other: string | Text): boolean;
  /** In lower case, for all letters of Unicode. */
  lower(): string;
  /** In upper case, for all letters of Unicode. */
  upper(): string;
  /** As `string.find`: counts from 1 in this text. */
  find(pattern: string | Regex, init?: number, plain?: boolean): LuaMultiReturn<[number | undefined, number | undefined, ...any[]]>;
  /** As `string.match`. */
  match(pattern: string | Regex, init?: number): LuaMultiReturn<[any, ...any[]]>;
  /** As `string.gmatch`. */
  gmatch(pattern: string | Regex): LuaIterable<LuaMultiReturn<[any, ...any[]]>>;
  /** The first match at or after `from`, by offsets in the document, and its captures. */
  find_span(pattern: string | Regex, from?: number): LuaMultiReturn<[number | undefined, number | undefined, ...any[]]>;
  /** Iterates over `from, to, captures…` of the matches, by offsets in the document. */
  each(pattern: string | Regex): LuaIterable<LuaMultiReturn<[number, number, ...any[]]>>;
  /** Iterates over `from, to, from1, to1, …`: each match and its captures; nil, nil for one that took no part. */
  each_group(pattern: string | Regex): LuaIterable<LuaMultiReturn<[number, number, ...number[]]>>;
  /** The different matches, or first captures, in the order in which they first appear. */
  unique(pattern: string | Regex): string[];
  /** The strings between the matches, and where each begins. `trim = "%s"`: without these characters at their ends; `empty = false`: without empty ones. Of a pattern with a capture only that is cut out. */
  split(pattern: string | Regex, options?: { trim?: string; empty?: boolean }): LuaMultiReturn<[string[], number[]]>;
  /** Iterates over `from, to` of the lines. */
  lines(): LuaIterable<LuaMultiReturn<[number, number]>>;
  /** Iterates over `from, to` of the paragraphs. */
  paragraphs(): LuaIterable<LuaMultiReturn<[number, number]>>;
  /** Iterates over `from, to` of the sentences. */
  sentences(language?: string): LuaIterable<LuaMultiReturn<[number, number]>>;
  /** Iterates over `from, to` of the words. */
  words(): LuaIterable<LuaMultiReturn<[number, number]>>;
}

/** A regular expression: see `sheaf.regex`. */
declare interface Regex {
}

/** Counts words, about twenty times as fast as a loop over `text:words()`. */
declare interface WordCounter {
  /** How many different words were counted. Lua's `#`. */
  length: LuaLengthMethod<number>;
  /** Forgets what was counted and counts the words of a text. Gives the number of all words, of short ones and stop words too. */
  count(text: string | Text): number;
  /** The same without forgetting. */
  add(text: string | Text): number;
  /** How often a word was. */
  frequency(word: string): number;
  /** The most frequent words as `{ word, count }`; equally frequent ones in the order of their bytes. */
  top(n?: number): [string, number][];
  /** The mean frequency of a text's words, and how many of them count. */
  score(text: string | Text): LuaMultiReturn<[number, number]>;
  /** Those sentences that score most, in the order of the text, and their scores. `count` of them (3); one with fewer words than `min` scores 0; `within = { from1, to1, … }`: only in these ranges; `cut`: a pattern between sentences, as for `text:split`. */
  best(text: Text, options?: { count?: number; min?: number; within?: number[]; cut?: string | Regex }): LuaMultiReturn<[Text[], number[]]>;
}

/** The library. */
declare interface Sheaf {
  /** A regular expression, Perl's syntax over UTF-8: make it once, outside of the hooks. Flags `i` `m` `s` `x`, and `a`: `\d`, `\w`, `\s` and `\b` know ASCII only, which is much faster. */
  regex(this: void, pattern: string, flags?: string): Regex;
  /** A text object of a string; its offsets are in the string. */
  text(this: void, string: string): Text;
  /** A counter of words: make it once, outside of the hooks. `letters`: a class of a Lua pattern whose runs are words; `min`: characters of the shortest word that counts; `stop`: words that do not count, a list or the language whose stop words are meant. */
  word_counter(this: void, options?: { letters?: string; min?: number; stop?: string | string[] }): WordCounter;
  /** True for `the`, `and`, … in lower case. */
  stop_word(this: void, word: string, language?: string): boolean;
  /** Marks a table as a list, which JSON writes as one even when it is empty. */
  list(this: void, table?: object): object;
  /** JSON's null. */
  readonly null: unknown;
  /** As `sheaf --version` says. */
  readonly version: string;
  /** A bundle; or nil, what is wrong, and its code. */
  open(this: void, path: string): LuaMultiReturn<[Bundle | undefined, string | undefined, string | undefined]>;
  /** An open plugin, by its name or its folder. */
  plugin(this: void, name: string, options?: Record<string, any>): LuaMultiReturn<[Plugin | undefined, string | undefined, string | undefined]>;
  /** A document of a text, to try plugins on. */
  document(this: void, text: string | Text, name?: string): Doc;
  /** What the plugin.json of a plugin says, and its `folder`. Raises when something is wrong with it. */
  plugin_info(this: void, name: string): Record<string, any>;
  /** This registry. */
  api(this: void): object[];
  /** The rules that plugin.json is held to, a table a key. */
  manifest_rules(this: void): object[];
  readonly json: Json;
}

/** JSON. */
declare interface Json {
  /** Writes JSON. Keys are sorted; or only those in `fields`, in that order. */
  encode(this: void, value: any, fields?: string[]): string;
  /** The same with a line end, as exports write it. */
  line(this: void, value: any, fields?: string[]): string;
  /** Reads JSON; raises where it is malformed. */
  decode(this: void, string: string | Text): any;
}

/** What a hook is told of its plugin. */
declare interface Ctx {
  /** The plugin's name. */
  readonly name: string;
  /** The plugin's options, checked, with defaults. */
  readonly options: Record<string, any>;
  /** Waits; other documents may go on meanwhile, where `in_flight` in plugin.json allows it. In `process` and `encode`, called as `ctx:sleep(ms)`. */
  sleep(ms: number): void;
  /** A variable of the user's environment, or nil where it is not set. Takes the permission `env`. Called as `ctx:env(name)`, as are the next two; without the permission they give nil, what was asked for and granted, and `"permission"`. */
  env(name: string): LuaMultiReturn<[string | undefined, string | undefined, string | undefined]>;
  /** A file as a string. Takes the permission `read`; the plugin's own folder takes none. */
  read_file(path: string): LuaMultiReturn<[string | undefined, string | undefined, string | undefined]>;
  /** Writes a file, over what was in it. Takes the permission `write`. */
  write_file(path: string, content: string | Text): LuaMultiReturn<[boolean | undefined, string | undefined, string | undefined]>;
  /** Runs a program that reads `input` and waits for its end, as `ctx:sleep` does. Takes the permission `spawn`. Gives what it wrote, and the first 4096 bytes of its errors; nil where it was not granted or is not installed, or when it wrote more than the plugin may hold. */
  spawn(request: { command: string[]; input?: string | Text }): LuaMultiReturn<[{ status: number; signal?: number; output: string; errors: string } | undefined, string | undefined, string | undefined]>;
  /** Appends a record to an output, the only one if none is named. In `finish`, called as `ctx:write(record)`. */
  write(record: string | Text, output?: string): void;
  /** A line on standard error with the plugin's name. A function: `ctx.log(…)`. */
  log(this: void, format: string, ...rest: any[]): void;
}

/** The records of all documents, for `finish` of an `export` plugin. */
declare interface Spool {
  /** Iterates over the records, once. */
  records(): LuaIterable<string>;
}

/** What a plugin's main file returns. */
declare interface Hooks {
  /** Called once in each worker. */
  init?(this: void, options: Record<string, any>, ctx: Ctx): void;
  /** Called for each document, in any order. `return nil, message` is an expected failure; `error(…)` a mistake. Of a `reduce` plugin, what it returns is what the document amounts to: any value that JSON can hold. */
  process?(this: void, doc: Doc, ctx: Ctx): void | object | string | number | boolean | undefined | LuaMultiReturn<[object | string | number | boolean | undefined, string | undefined]>;
  /** Of an `export` plugin: the document's record, or one for each output by its name. */
  encode?(this: void, doc: Doc, ctx: Ctx): void | string | Record<string, string> | undefined;
  /** Of a `reduce` plugin: called when all documents are done, with what each amounts to, in their order. The total begins as an empty table; what is returned takes its place, unless that is nothing. */
  merge?(this: void, total: any, part: any): void | any;
  /** Writes the outputs, by `ctx:write`: of a `reduce` plugin out of the total, of an `export` plugin with a spool out of `all:records()`. */
  finish?(this: void, all: any, ctx: Ctx): void | undefined | LuaMultiReturn<[undefined, string | undefined]>;
  /** True, or nil and what is missing. Called by `sheaf doctor`. */
  check?(this: void, ctx: Ctx): void | boolean | undefined | LuaMultiReturn<[boolean | undefined, string | undefined]>;
}

/** An open bundle, in scripts. */
declare interface Bundle {
  /** Iterates over the documents that can be read. */
  documents(): LuaIterable<Doc>;
  /** Iterates over `{ ordinal, name, type, size, packed_size }`. */
  members(): LuaIterable<object>;
  /** One document. */
  document(ordinal: number): LuaMultiReturn<[Doc | undefined, string | undefined, string | undefined]>;
  /** The name of the format. */
  format(): string;
  /** Closes the bundle. */
  close(): void;
}

/** An open plugin, in scripts. */
declare interface Plugin {
  /** The document with the plugin's spans, and its records by output; or nil, what is wrong, and its code. Of a plugin with a spool the second is what goes there: of a `reduce` plugin what the document amounts to. */
  process(document: string | Doc): LuaMultiReturn<[Doc | undefined, Record<string, string> | string, string | undefined]>;
  /** What it makes of such parts, those of all documents, by output; or nil, what is wrong, and its code. */
  finish(parts: any[]): LuaMultiReturn<[Record<string, string> | undefined, string | undefined, string | undefined]>;
  /** Runs its `check` hook: true, or nil and what is missing. */
  check(): LuaMultiReturn<[boolean | undefined, string | undefined, string | undefined]>;
  /** What its plugin.json says, and the `folder`. */
  info(): Record<string, any>;
  /** Bytes that its Lua state holds. For plugins in Lua. */
  memory(): number;
  /** For tests: the next call ends for its memory at the block of that number, or for its time after so many instructions. For plugins in Lua. */
  injure(block?: number, instructions?: number): void;
  /** For tests: the process of the plugin is killed in the middle of the next call, once it has answered with so many lines. For plugins that are programs. */
  kill(lines: number): void;
}

declare const sheaf: Sheaf;
