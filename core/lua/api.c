#include "lua/api.h"

#define END \
  { NULL, NULL, NULL, NULL }

static const sf_api_entry doc_entries[] = {
    {"id", NULL, "string",
     "`BUNDLE-ORDINAL/MEMBER-ORDINAL/MEMBER-NAME`: unique in a run."},
    {"bundle", NULL, "string", "The bundle's path as the user gave it."},
    {"member", NULL, "string", "The member's name in its bundle."},
    {"media_type", NULL, "string", "Such as `text/plain`."},
    {"language", NULL, "string",
     "A BCP 47 tag such as `en`; `und` when it is not known."},
    {"metadata", NULL, "table<string, any>",
     "A copy. `doc:set_metadata` changes the document's."},
    {"text", NULL, "sheaf.text", "The whole text. It never changes."},
    {"content", NULL, "string",
     "The bytes that the text is made from, as they are in the bundle."},
    {"spans", "kind: string", "fun(): sheaf.span?",
     "Iterates over the spans of a kind in text order."},
    {"span_list", "kind: string", "sheaf.span[]",
     "The spans of a kind as a list."},
    {"count", "kind: string", "integer", "How many spans of a kind there are."},
    {"kinds", "", "string[]",
     "The kinds of spans that the document has, sorted."},
    {"add",
     "kind: string, from: integer, to: integer, "
     "attributes?: table<string, any>",
     "", "Adds a span over `[from, to)`."},
    {"drop", "reason: string", "",
     "Ends the document's way. Its row is `skipped`, later steps do not see "
     "it."},
    {"emit",
     "child: { name: string, text: string|sheaf.text, media_type?: string, "
     "metadata?: table<string, any> }",
     "",
     "Makes a child document. It goes through the steps behind this one, "
     "whatever becomes of its parent, and has a row of its own."},
    {"set_text", "text: string|sheaf.text", "",
     "Gives the document its text: in a plugin of stage `read`, once, before "
     "it "
     "adds spans."},
    {"partial", "reason: string", "",
     "Says, in a plugin of stage `read`, that the text is not all that there "
     "was: the row becomes `partial`."},
    {"set_metadata", "key: string, value: any", "",
     "Sets a key of the document's metadata."},
    {"json", "options?: { offsets?: \"bytes\"|\"codepoints\", line?: boolean }",
     "string",
     "The document as one line of JSON, as `export.jsonl` writes it; with "
     "`line`, with its line end."},
    END,
};

static const sf_api_entry span_entries[] = {
    {"kind", NULL, "string", "Such as `citation`."},
    {"from", NULL, "integer", "Its first byte in the document, from 0."},
    {"to", NULL, "integer", "One past its last byte."},
    {"text", NULL, "sheaf.text", "The text that it is over."},
    {"plugin", NULL, "string", "The name of the plugin that made it."},
    {"attributes", NULL, "table<string, any>",
     "All attributes. Each is a field of its own too: `span.symbol`."},
    END,
};

static const sf_api_entry text_entries[] = {
    {"#text", "", "integer", "Its size in bytes."},
    {"tostring(text)", "", "string", "A Lua string; `..` makes one as well."},
    {"from", NULL, "integer", "Where it begins in the document, from 0."},
    {"to", NULL, "integer", "Where it ends in the document."},
    {"slice", "from: integer, to: integer", "sheaf.text",
     "The piece `[from, to)` by offsets in the document."},
    {"sub", "i: integer, j?: integer", "sheaf.text",
     "The piece that `string.sub` would give."},
    {"trim", "", "sheaf.text", "The piece without white space at its ends."},
    {"byte", "i?: integer", "integer?", "As `string.byte`, for one byte."},
    {"equals", "other: string|sheaf.text", "boolean",
     "True when the bytes are the same."},
    {"starts_with", "other: string|sheaf.text", "boolean",
     "True when it begins with `other`."},
    {"ends_with", "other: string|sheaf.text", "boolean",
     "True when it ends with `other`."},
    {"lower", "", "string", "In lower case, for all letters of Unicode."},
    {"upper", "", "string", "In upper case, for all letters of Unicode."},
    {"find", "pattern: string|sheaf.regex, init?: integer, plain?: boolean",
     "i: integer?, j: integer?, ...: any",
     "As `string.find`: counts from 1 in this text."},
    {"match", "pattern: string|sheaf.regex, init?: integer",
     "first: any, ...: any", "As `string.match`."},
    {"gmatch", "pattern: string|sheaf.regex", "fun(): any, ...any",
     "As `string.gmatch`."},
    {"find_span", "pattern: string|sheaf.regex, from?: integer",
     "from: integer?, to: integer?, ...: any",
     "The first match at or after `from`, by offsets in the document, and its "
     "captures."},
    {"each", "pattern: string|sheaf.regex", "fun(): integer, integer, ...any",
     "Iterates over `from, to, captures…` of the matches, by offsets in the "
     "document."},
    {"each_group", "pattern: string|sheaf.regex",
     "fun(): integer, integer, ...integer",
     "Iterates over `from, to, from1, to1, …`: each match and its captures; "
     "nil, nil for one that took no part."},
    {"unique", "pattern: string|sheaf.regex", "string[]",
     "The different matches, or first captures, in the order in which they "
     "first appear."},
    {"split",
     "pattern: string|sheaf.regex, options?: { trim?: string, empty?: boolean "
     "}",
     "pieces: string[], starts: integer[]",
     "The strings between the matches, and where each begins. `trim = \"%s\"`: "
     "without these characters at their ends; `empty = false`: without empty "
     "ones. Of a pattern with a capture only that is cut out."},
    {"lines", "", "fun(): integer, integer",
     "Iterates over `from, to` of the lines."},
    {"paragraphs", "", "fun(): integer, integer",
     "Iterates over `from, to` of the paragraphs."},
    {"sentences", "language?: string", "fun(): integer, integer",
     "Iterates over `from, to` of the sentences."},
    {"words", "", "fun(): integer, integer",
     "Iterates over `from, to` of the words."},
    END,
};

static const sf_api_entry regex_entries[] = {END};

static const sf_api_entry counter_entries[] = {
    {"#counter", "", "integer", "How many different words were counted."},
    {"count", "text: string|sheaf.text", "integer",
     "Forgets what was counted and counts the words of a text. Gives the "
     "number of all words, of short ones and stop words too."},
    {"add", "text: string|sheaf.text", "integer",
     "The same without forgetting."},
    {"frequency", "word: string", "integer", "How often a word was."},
    {"top", "n?: integer", "[string, integer][]",
     "The most frequent words as `{ word, count }`; equally frequent ones in "
     "the order of their bytes."},
    {"score", "text: string|sheaf.text", "mean: number, counted: integer",
     "The mean frequency of a text's words, and how many of them count."},
    {"best",
     "text: sheaf.text, options?: { count?: integer, min?: integer, "
     "within?: integer[], cut?: string|sheaf.regex }",
     "sentences: sheaf.text[], scores: number[]",
     "Those sentences that score most, in the order of the text, and their "
     "scores. `count` of them (3); one with fewer words than `min` scores 0; "
     "`within = { from1, to1, … }`: only in these ranges; `cut`: a pattern "
     "between sentences, as for `text:split`."},
    END,
};

static const sf_api_entry library_entries[] = {
    {"regex", "pattern: string, flags?: string", "sheaf.regex",
     "A regular expression, Perl's syntax over UTF-8: make it once, outside "
     "of the hooks. Flags `i` `m` `s` `x`, and `a`: `\\d`, `\\w`, `\\s` and "
     "`\\b` know ASCII only, which is much faster."},
    {"text", "string: string", "sheaf.text",
     "A text object of a string; its offsets are in the string."},
    {"word_counter",
     "options?: { letters?: string, min?: integer, stop?: string|string[] }",
     "sheaf.word_counter",
     "A counter of words: make it once, outside of the hooks. `letters`: a "
     "class of a Lua pattern whose runs are words; `min`: characters of the "
     "shortest word that counts; `stop`: words that do not count, a list or "
     "the language whose stop words are meant."},
    {"stop_word", "word: string, language?: string", "boolean",
     "True for `the`, `and`, … in lower case."},
    {"list", "table?: table", "table",
     "Marks a table as a list, which JSON writes as one even when it is "
     "empty."},
    {"null", NULL, "lightuserdata", "JSON's null."},
    {"version", NULL, "string", "As `sheaf --version` says."},
    END,
};

static const sf_api_entry json_entries[] = {
    {"encode", "value: any, fields?: string[]", "string",
     "Writes JSON. Keys are sorted; or only those in `fields`, in that "
     "order."},
    {"line", "value: any, fields?: string[]", "string",
     "The same with a line end, as exports write it."},
    {"decode", "string: string|sheaf.text", "any",
     "Reads JSON; raises where it is malformed."},
    END,
};

static const sf_api_entry context_entries[] = {
    {"name", NULL, "string", "The plugin's name."},
    {"options", NULL, "table<string, any>",
     "The plugin's options, checked, with defaults."},
    {"sleep", "ctx: sheaf.ctx, ms: integer", "",
     "Waits; other documents may go on meanwhile, where `in_flight` in "
     "plugin.json allows it. In `process` and `encode`, called as "
     "`ctx:sleep(ms)`."},
    {"env", "ctx: sheaf.ctx, name: string",
     "string?, message: string?, code: string?",
     "A variable of the user's environment, or nil where it is not set. Takes "
     "the permission `env`. Called as `ctx:env(name)`, as are the next two; "
     "without the permission they give nil, what was asked for and granted, "
     "and `\"permission\"`."},
    {"read_file", "ctx: sheaf.ctx, path: string",
     "string?, message: string?, code: string?",
     "A file as a string. Takes the permission `read`; the plugin's own "
     "folder takes none."},
    {"write_file", "ctx: sheaf.ctx, path: string, content: string|sheaf.text",
     "boolean?, message: string?, code: string?",
     "Writes a file, over what was in it. Takes the permission `write`."},
    {"spawn",
     "ctx: sheaf.ctx, request: { command: string[], input?: string|sheaf.text "
     "}",
     "{ status: integer, signal?: integer, output: string, errors: string }?, "
     "message: string?, code: string?",
     "Runs a program that reads `input` and waits for its end, as `ctx:sleep` "
     "does. Takes the permission `spawn`. Gives what it wrote, and the first "
     "4096 bytes of its errors; nil where it was not granted or is not "
     "installed, or when it wrote more than the plugin may hold."},
    {"write", "ctx: sheaf.ctx, record: string|sheaf.text, output?: string", "",
     "Appends a record to an output, the only one if none is named. In "
     "`finish`, called as `ctx:write(record)`."},
    {"log", "format: string, ...: any", "",
     "A line on standard error with the plugin's name. A function: "
     "`ctx.log(…)`."},
    END,
};

static const sf_api_entry spool_entries[] = {
    {"records", "", "fun(): string?", "Iterates over the records, once."},
    END,
};

static const sf_api_entry hook_entries[] = {
    {"init", "options: table<string, any>, ctx: sheaf.ctx", "",
     "Called once in each worker."},
    {"process", "doc: sheaf.doc, ctx: sheaf.ctx",
     "part: table|string|number|boolean|nil, message: string?",
     "Called for each document, in any order. `return nil, message` is an "
     "expected failure; `error(…)` a mistake. Of a `reduce` plugin, what it "
     "returns is what the document amounts to: any value that JSON can hold."},
    {"encode", "doc: sheaf.doc, ctx: sheaf.ctx",
     "record: string|table<string, string>|nil",
     "Of an `export` plugin: the document's record, or one for each output by "
     "its name."},
    {"merge", "total: any, part: any", "total: any",
     "Of a `reduce` plugin: called when all documents are done, with what each "
     "amounts to, in their order. The total begins as an empty table; what is "
     "returned takes its place, unless that is nothing."},
    {"finish", "all: any, ctx: sheaf.ctx", "nil?, message: string?",
     "Writes the outputs, by `ctx:write`: of a `reduce` plugin out of the "
     "total, of an `export` plugin with a spool out of `all:records()`."},
    {"check", "ctx: sheaf.ctx", "ok: boolean?, message: string?",
     "True, or nil and what is missing. Called by `sheaf doctor`."},
    END,
};

static const sf_api_entry script_entries[] = {
    {"open", "path: string", "sheaf.bundle?, message: string?, code: string?",
     "A bundle; or nil, what is wrong, and its code."},
    {"plugin", "name: string, options?: table<string, any>",
     "sheaf.plugin?, message: string?, code: string?",
     "An open plugin, by its name or its folder."},
    {"document", "text: string|sheaf.text, name?: string", "sheaf.doc",
     "A document of a text, to try plugins on."},
    {"plugin_info", "name: string", "table<string, any>",
     "What the plugin.json of a plugin says, and its `folder`. Raises when "
     "something is wrong with it."},
    {"api", "", "table[]", "This registry."},
    {"manifest_rules", "", "table[]",
     "The rules that plugin.json is held to, a table a key."},
    END,
};

static const sf_api_entry bundle_entries[] = {
    {"documents", "", "fun(): sheaf.doc?",
     "Iterates over the documents that can be read."},
    {"members", "", "fun(): table?",
     "Iterates over `{ ordinal, name, type, size, packed_size }`."},
    {"document", "ordinal: integer",
     "sheaf.doc?, message: string?, code: string?", "One document."},
    {"format", "", "string", "The name of the format."},
    {"close", "", "", "Closes the bundle."},
    END,
};

static const sf_api_entry plugin_entries[] = {
    {"process", "document: string|sheaf.doc",
     "sheaf.doc?, records: table<string, string>|string, code: string?",
     "The document with the plugin's spans, and its records by output; or "
     "nil, what is wrong, and its code. Of a plugin with a spool the second is "
     "what goes there: of a `reduce` plugin what the document amounts to."},
    {"finish", "parts: any[]",
     "outputs: table<string, string>?, message: string?, code: string?",
     "What it makes of such parts, those of all documents, by output; or nil, "
     "what is wrong, and its code."},
    {"check", "", "ok: boolean?, message: string?, code: string?",
     "Runs its `check` hook: true, or nil and what is missing."},
    {"info", "", "table<string, any>",
     "What its plugin.json says, and the `folder`."},
    {"memory", "", "integer",
     "Bytes that its Lua state holds. For plugins in Lua."},
    {"injure", "block?: integer, instructions?: integer", "",
     "For tests: the next call ends for its memory at the block of that "
     "number, or for its time after so many instructions. For plugins in "
     "Lua."},
    {"kill", "lines: integer", "",
     "For tests: the process of the plugin is killed in the middle of the next "
     "call, once it has answered with so many lines. For plugins that are "
     "programs."},
    END,
};

const sf_api_type sf_api_types[] = {
    {"sheaf.doc", "doc", ":", "A document.", doc_entries},
    {"sheaf.span", "span", ":", "A piece of the text of a certain kind.",
     span_entries},
    {"sheaf.text", "text", ":",
     "A piece of a document's text, without a copy. `from` and `to` are byte "
     "offsets in the document; `i`, `j` and `init` count in this text from 1.",
     text_entries},
    {"sheaf.regex", "regex", ":", "A regular expression: see `sheaf.regex`.",
     regex_entries},
    {"sheaf.word_counter", "counter", ":",
     "Counts words, about twenty times as fast as a loop over `text:words()`.",
     counter_entries},
    {"sheaf", "sheaf", ".", "The library.", library_entries},
    {"sheaf.json", "sheaf.json", ".", "JSON.", json_entries},
    {"sheaf.ctx", "ctx", ".", "What a hook is told of its plugin.",
     context_entries},
    {"sheaf.spool", "all", ":",
     "The records of all documents, for `finish` of an `export` plugin.",
     spool_entries},
    {"sheaf.hooks", "plugin", ".", "What a plugin's main file returns.",
     hook_entries},
    {"sheaf.script", "sheaf", ".", "What scripts have beyond plugins.",
     script_entries},
    {"sheaf.bundle", "bundle", ":", "An open bundle, in scripts.",
     bundle_entries},
    {"sheaf.plugin", "opened", ":", "An open plugin, in scripts.",
     plugin_entries},
    {NULL, NULL, NULL, NULL, NULL},
};
