---@meta
-- Made by scripts/reference.lua.

--- A document.
---@class sheaf.doc
---@field id string `BUNDLE-ORDINAL/MEMBER-ORDINAL/MEMBER-NAME`: unique in a run.
---@field bundle string The bundle's path as the user gave it.
---@field member string The member's name in its bundle.
---@field media_type string Such as `text/plain`.
---@field language string A BCP 47 tag such as `en`; `und` when it is not known.
---@field metadata table<string, any> A copy. `doc:set_metadata` changes the document's.
---@field text sheaf.text The whole text. It never changes.
---@field content string The bytes that the text is made from, as they are in the bundle.
local doc = {}

--- Iterates over the spans of a kind in text order.
---@param kind string
---@return fun(): sheaf.span?
function doc:spans(kind) end

--- The spans of a kind as a list.
---@param kind string
---@return sheaf.span[]
function doc:span_list(kind) end

--- How many spans of a kind there are.
---@param kind string
---@return integer
function doc:count(kind) end

--- The kinds of spans that the document has, sorted.
---@return string[]
function doc:kinds() end

--- Adds a span over `[from, to)`.
---@param kind string
---@param from integer
---@param to integer
---@param attributes? table<string, any>
function doc:add(kind, from, to, attributes) end

--- Ends the document's way. Its row is `skipped`, later steps do not see it.
---@param reason string
function doc:drop(reason) end

--- Makes a child document. It goes through the steps behind this one, whatever becomes of its parent, and has a row of its own.
---@param child { name: string, text: string|sheaf.text, media_type?: string, metadata?: table<string, any> }
function doc:emit(child) end

--- Gives the document its text: in a plugin of stage `read`, once, before it adds spans.
---@param text string|sheaf.text
function doc:set_text(text) end

--- Says, in a plugin of stage `read`, that the text is not all that there was: the row becomes `partial`.
---@param reason string
function doc:partial(reason) end

--- Sets a key of the document's metadata.
---@param key string
---@param value any
function doc:set_metadata(key, value) end

--- The document as one line of JSON, as `export.jsonl` writes it; with `line`, with its line end.
---@param options? { offsets?: "bytes"|"codepoints", line?: boolean }
---@return string
function doc:json(options) end

--- A piece of the text of a certain kind.
---@class sheaf.span
---@field kind string Such as `citation`.
---@field from integer Its first byte in the document, from 0.
---@field to integer One past its last byte.
---@field text sheaf.text The text that it is over.
---@field plugin string The name of the plugin that made it.
---@field attributes table<string, any> All attributes. Each is a field of its own too: `span.symbol`.
local span = {}

--- A piece of a document's text, without a copy. `from` and `to` are byte offsets in the document; `i`, `j` and `init` count in this text from 1.
---@class sheaf.text
---@operator len: integer
---@field from integer Where it begins in the document, from 0.
---@field to integer Where it ends in the document.
local text = {}

--- The piece `[from, to)` by offsets in the document.
---@param from integer
---@param to integer
---@return sheaf.text
function text:slice(from, to) end

--- The piece that `string.sub` would give.
---@param i integer
---@param j? integer
---@return sheaf.text
function text:sub(i, j) end

--- The piece without white space at its ends.
---@return sheaf.text
function text:trim() end

--- As `string.byte`, for one byte.
---@param i? integer
---@return integer?
function text:byte(i) end

--- True when the bytes are the same.
---@param other string|sheaf.text
---@return boolean
function text:equals(other) end

--- True when it begins with `other`.
---@param other string|sheaf.text
---@return boolean
function text:starts_with(other) end

--- True when it ends with `other`.
---@param other string|sheaf.text
---@return boolean
function text:ends_with(other) end

--- In lower case, for all letters of Unicode.
---@return string
function text:lower() end

--- In upper case, for all letters of Unicode.
---@return string
function text:upper() end

--- As `string.find`: counts from 1 in this text.
---@param pattern string|sheaf.regex
---@param init? integer
---@param plain? boolean
---@return integer? i
---@return integer? j
---@return any ...
function text:find(pattern, init, plain) end

--- As `string.match`.
---@param pattern string|sheaf.regex
---@param init? integer
---@return any first
---@return any ...
function text:match(pattern, init) end

--- As `string.gmatch`.
---@param pattern string|sheaf.regex
---@return fun(): any
---@return ...any
function text:gmatch(pattern) end

--- The first match at or after `from`, by offsets in the document, and its captures.
---@param pattern string|sheaf.regex
---@param from? integer
---@return integer? from
---@return integer? to
---@return any ...
function text:find_span(pattern, from) end

--- Iterates over `from, to, captures…` of the matches, by offsets in the document.
---@param pattern string|sheaf.regex
---@return fun(): integer
---@return integer
---@return ...any
function text:each(pattern) end

--- Iterates over `from, to, from1, to1, …`: each match and its captures; nil, nil for one that took no part.
---@param pattern string|sheaf.regex
---@return fun(): integer
---@return integer
---@return ...integer
function text:each_group(pattern) end

--- The different matches, or first captures, in the order in which they first appear.
---@param pattern string|sheaf.regex
---@return string[]
function text:unique(pattern) end

--- The strings between the matches, and where each begins. `trim = "%s"`: without these characters at their ends; `empty = false`: without empty ones. Of a pattern with a capture only that is cut out.
---@param pattern string|sheaf.regex
---@param options? { trim?: string, empty?: boolean }
---@return string[] pieces
---@return integer[] starts
function text:split(pattern, options) end

--- Iterates over `from, to` of the lines.
---@return fun(): integer
---@return integer
function text:lines() end

--- Iterates over `from, to` of the paragraphs.
---@return fun(): integer
---@return integer
function text:paragraphs() end

--- Iterates over `from, to` of the sentences.
---@param language? string
---@return fun(): integer
---@return integer
function text:sentences(language) end

--- Iterates over `from, to` of the words.
---@return fun(): integer
---@return integer
function text:words() end

--- A regular expression: see `sheaf.regex`.
---@class sheaf.regex
local regex = {}

--- Counts words, about twenty times as fast as a loop over `text:words()`.
---@class sheaf.word_counter
---@operator len: integer
local counter = {}

--- Forgets what was counted and counts the words of a text. Gives the number of all words, of short ones and stop words too.
---@param text string|sheaf.text
---@return integer
function counter:count(text) end

--- The same without forgetting.
---@param text string|sheaf.text
---@return integer
function counter:add(text) end

--- How often a word was.
---@param word string
---@return integer
function counter:frequency(word) end

--- The most frequent words as `{ word, count }`; equally frequent ones in the order of their bytes.
---@param n? integer
---@return [string, integer][]
function counter:top(n) end

--- The mean frequency of a text's words, and how many of them count.
---@param text string|sheaf.text
---@return number mean
---@return integer counted
function counter:score(text) end

--- Those sentences that score most, in the order of the text, and their scores. `count` of them (3); one with fewer words than `min` scores 0; `within = { from1, to1, … }`: only in these ranges; `cut`: a pattern between sentences, as for `text:split`.
---@param text sheaf.text
---@param options? { count?: integer, min?: integer, within?: integer[], cut?: string|sheaf.regex }
---@return sheaf.text[] sentences
---@return number[] scores
function counter:best(text, options) end

--- The library.
---@class sheaf
---@field null lightuserdata JSON's null.
---@field version string As `sheaf --version` says.
sheaf = {}

--- A regular expression, Perl's syntax over UTF-8: make it once, outside of the hooks. Flags `i` `m` `s` `x`, and `a`: `\d`, `\w`, `\s` and `\b` know ASCII only, which is much faster.
---@param pattern string
---@param flags? string
---@return sheaf.regex
function sheaf.regex(pattern, flags) end

--- A text object of a string; its offsets are in the string.
---@param string string
---@return sheaf.text
function sheaf.text(string) end

--- A counter of words: make it once, outside of the hooks. `letters`: a class of a Lua pattern whose runs are words; `min`: characters of the shortest word that counts; `stop`: words that do not count, a list or the language whose stop words are meant.
---@param options? { letters?: string, min?: integer, stop?: string|string[] }
---@return sheaf.word_counter
function sheaf.word_counter(options) end

--- True for `the`, `and`, … in lower case.
---@param word string
---@param language? string
---@return boolean
function sheaf.stop_word(word, language) end

--- Marks a table as a list, which JSON writes as one even when it is empty.
---@param table? table
---@return table
function sheaf.list(table) end

--- A bundle; or nil, what is wrong, and its code.
---@param path string
---@return sheaf.bundle?
---@return string? message
---@return string? code
function sheaf.open(path) end

--- An open plugin, by its name or its folder.
---@param name string
---@param options? table<string, any>
---@return sheaf.plugin?
---@return string? message
---@return string? code
function sheaf.plugin(name, options) end

--- A document of a text, to try plugins on.
---@param text string|sheaf.text
---@param name? string
---@return sheaf.doc
function sheaf.document(text, name) end

--- What the plugin.json of a plugin says, and its `folder`. Raises when something is wrong with it.
---@param name string
---@return table<string, any>
function sheaf.plugin_info(name) end

--- This registry.
---@return table[]
function sheaf.api() end

--- The rules that plugin.json is held to, a table a key.
---@return table[]
function sheaf.manifest_rules() end

--- JSON.
---@class sheaf.json
local sheaf_json = {}

--- Writes JSON. Keys are sorted; or only those in `fields`, in that order.
---@param value any
---@param fields? string[]
---@return string
function sheaf_json.encode(value, fields) end

--- The same with a line end, as exports write it.
---@param value any
---@param fields? string[]
---@return string
function sheaf_json.line(value, fields) end

--- Reads JSON; raises where it is malformed.
---@param string string|sheaf.text
---@return any
function sheaf_json.decode(string) end

sheaf.json = sheaf_json

--- What a hook is told of its plugin.
---@class sheaf.ctx
---@field name string The plugin's name.
---@field options table<string, any> The plugin's options, checked, with defaults.
local ctx = {}

--- Waits; other documents may go on meanwhile, where `in_flight` in plugin.json allows it. In `process` and `encode`, called as `ctx:sleep(ms)`.
---@param ctx sheaf.ctx
---@param ms integer
function ctx.sleep(ctx, ms) end

--- A variable of the user's environment, or nil where it is not set. Takes the permission `env`. Called as `ctx:env(name)`, as are the next two; without the permission they give nil, what was asked for and granted, and `"permission"`.
---@param ctx sheaf.ctx
---@param name string
---@return string?
---@return string? message
---@return string? code
function ctx.env(ctx, name) end

--- A file as a string. Takes the permission `read`; the plugin's own folder takes none.
---@param ctx sheaf.ctx
---@param path string
---@return string?
---@return string? message
---@return string? code
function ctx.read_file(ctx, path) end

--- Writes a file, over what was in it. Takes the permission `write`.
---@param ctx sheaf.ctx
---@param path string
---@param content string|sheaf.text
---@return boolean?
---@return string? message
---@return string? code
function ctx.write_file(ctx, path, content) end

--- Runs a program that reads `input` and waits for its end, as `ctx:sleep` does. Takes the permission `spawn`. Gives what it wrote, and the first 4096 bytes of its errors; nil where it was not granted or is not installed, or when it wrote more than the plugin may hold.
---@param ctx sheaf.ctx
---@param request { command: string[], input?: string|sheaf.text }
---@return { status: integer, signal?: integer, output: string, errors: string }?
---@return string? message
---@return string? code
function ctx.spawn(ctx, request) end

--- Appends a record to an output, the only one if none is named. In `finish`, called as `ctx:write(record)`.
---@param ctx sheaf.ctx
---@param record string|sheaf.text
---@param output? string
function ctx.write(ctx, record, output) end

--- A line on standard error with the plugin's name. A function: `ctx.log(…)`.
---@param format string
---@param ... any
function ctx.log(format, ...) end

--- The records of all documents, for `finish` of an `export` plugin.
---@class sheaf.spool
local all = {}

--- Iterates over the records, once.
---@return fun(): string?
function all:records() end

--- What a plugin's main file returns.
---@class sheaf.hooks
local plugin = {}

--- Called once in each worker.
---@param options table<string, any>
---@param ctx sheaf.ctx
function plugin.init(options, ctx) end

--- Called for each document, in any order. `return nil, message` is an expected failure; `error(…)` a mistake. Of a `reduce` plugin, what it returns is what the document amounts to: any value that JSON can hold.
---@param doc sheaf.doc
---@param ctx sheaf.ctx
---@return table|string|number|boolean|nil part
---@return string? message
function plugin.process(doc, ctx) end

--- Of an `export` plugin: the document's record, or one for each output by its name.
---@param doc sheaf.doc
---@param ctx sheaf.ctx
---@return string|table<string, string>|nil record
function plugin.encode(doc, ctx) end

--- Of a `reduce` plugin: called when all documents are done, with what each amounts to, in their order. The total begins as an empty table; what is returned takes its place, unless that is nothing.
---@param total any
---@param part any
---@return any total
function plugin.merge(total, part) end

--- Writes the outputs, by `ctx:write`: of a `reduce` plugin out of the total, of an `export` plugin with a spool out of `all:records()`.
---@param all any
---@param ctx sheaf.ctx
---@return nil?
---@return string? message
function plugin.finish(all, ctx) end

--- True, or nil and what is missing. Called by `sheaf doctor`.
---@param ctx sheaf.ctx
---@return boolean? ok
---@return string? message
function plugin.check(ctx) end

--- An open bundle, in scripts.
---@class sheaf.bundle
local bundle = {}

--- Iterates over the documents that can be read.
---@return fun(): sheaf.doc?
function bundle:documents() end

--- Iterates over `{ ordinal, name, type, size, packed_size }`.
---@return fun(): table?
function bundle:members() end

--- One document.
---@param ordinal integer
---@return sheaf.doc?
---@return string? message
---@return string? code
function bundle:document(ordinal) end

--- The name of the format.
---@return string
function bundle:format() end

--- Closes the bundle.
function bundle:close() end

--- An open plugin, in scripts.
---@class sheaf.plugin
local opened = {}

--- The document with the plugin's spans, and its records by output; or nil, what is wrong, and its code. Of a plugin with a spool the second is what goes there: of a `reduce` plugin what the document amounts to.
---@param document string|sheaf.doc
---@return sheaf.doc?
---@return table<string, string>|string records
---@return string? code
function opened:process(document) end

--- What it makes of such parts, those of all documents, by output; or nil, what is wrong, and its code.
---@param parts any[]
---@return table<string, string>? outputs
---@return string? message
---@return string? code
function opened:finish(parts) end

--- Runs its `check` hook: true, or nil and what is missing.
---@return boolean? ok
---@return string? message
---@return string? code
function opened:check() end

--- What its plugin.json says, and the `folder`.
---@return table<string, any>
function opened:info() end

--- Bytes that its Lua state holds. For plugins in Lua.
---@return integer
function opened:memory() end

--- For tests: the next call ends for its memory at the block of that number, or for its time after so many instructions. For plugins in Lua.
---@param block? integer
---@param instructions? integer
function opened:injure(block, instructions) end

--- For tests: the process of the plugin is killed in the middle of the next call, once it has answered with so many lines. For plugins that are programs.
---@param lines integer
function opened:kill(lines) end
