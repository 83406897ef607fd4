/// read.xml: the text of XML in any vocabulary, by expat.
///
/// What is a block is told by the document itself: an element with text of its
/// own is one, and the elements within it belong to its text. So a first pass
/// over the document notes which elements have text, a second one writes it.
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "markup.h"
#include "sheaf/plugin.h"
#include "sheet.h"

#define LEVEL_MAX 6

/// Which elements, in the order of their start tags, have text of their own.
typedef struct {
  unsigned char *marks;
  size_t count, capacity;
} text_marks;

typedef struct {
  size_t number;  ///< Of the element.
  bool inside;    ///< It, or one that it is in, has text of its own.
  bool section;   ///< It counts for the level of headings.
} open_element;

typedef struct {
  text_marks own;
  open_element *open;
  size_t depth, capacity;
  size_t next;      ///< The number of the next element.
  unsigned level;   ///< How many sections are open.
  size_t block;     ///< The span of the block that is being written.
  size_t block_at;  ///< The depth of its element.
  sheet text;
  bool failed;
} xml_reader;

// --- Elements --------------------------------------------------------------

static bool is_one_of(const char *name, const char *const *names) {
  for (; *names; names++)
    if (strcasecmp(name, *names) == 0) return true;
  return false;
}

/// In TEI, DocBook, JATS, Akoma Ntoso, RSS and Atom.
static bool is_title(const char *name) {
  static const char *const names[] = {
      "title",    "head",     "heading", "article-title",
      "subtitle", "doctitle", NULL};
  return is_one_of(name, names);
}

static bool is_section(const char *name) {
  static const char *const names[] = {
      "section", "sec",     "sect1",       "sect2", "sect3", "sect4",
      "div",     "div1",    "div2",        "div3",  "part",  "book",
      "chapter", "article", "title-group", "item",  "entry", NULL};
  return is_one_of(name, names);
}

static bool grow(void **list, size_t *capacity, size_t count, size_t size) {
  if (count < *capacity) return true;
  size_t wanted = *capacity ? *capacity * 2 : 64;
  void *grown = realloc(*list, wanted * size);
  if (!grown) return false;
  *list = grown;
  *capacity = wanted;
  return true;
}

static bool push(xml_reader *reader) {
  if (!grow((void **)&reader->open, &reader->capacity, reader->depth,
            sizeof *reader->open)) {
    reader->failed = true;
    return false;
  }
  reader->open[reader->depth++] = (open_element){.number = reader->next++};
  return true;
}

static open_element *innermost(xml_reader *reader) {
  return reader->depth ? &reader->open[reader->depth - 1] : NULL;
}

static bool is_blank(const char *text, size_t size) {
  for (size_t i = 0; i < size; i++)
    if (!strchr(" \t\r\n", text[i])) return false;
  return true;
}

// --- The first pass --------------------------------------------------------

static void note_start(void *context, const char *name, const char **pairs) {
  xml_reader *reader = context;
  text_marks *own = &reader->own;
  (void)name;
  (void)pairs;
  if (!grow((void **)&own->marks, &own->capacity, own->count, 1)) {
    reader->failed = true;
    return;
  }
  own->marks[own->count++] = 0;
  push(reader);
}

static void note_end(void *context, const char *name) {
  xml_reader *reader = context;
  (void)name;
  reader->depth--;
}

static void note_text(void *context, const char *text, size_t size) {
  xml_reader *reader = context;
  if (reader->depth && !is_blank(text, size))
    reader->own.marks[innermost(reader)->number] = 1;
}

// --- The second pass -------------------------------------------------------

static void begin_block(xml_reader *reader, const char *name) {
  bool title = is_title(name);
  sheet_end_block(&reader->text);
  reader->block = sheet_begin(&reader->text, title ? "heading" : "paragraph");
  reader->block_at = reader->depth;
  if (!title) return;
  unsigned level = reader->level ? reader->level : 1;
  sheet_set_int(&reader->text, reader->block, "level",
                level < LEVEL_MAX ? level : LEVEL_MAX);
}

static void start(void *context, const char *name, const char **pairs) {
  xml_reader *reader = context;
  (void)pairs;
  const open_element *outer = innermost(reader);
  bool inside = outer && outer->inside;
  if (!push(reader)) return;
  open_element *element = innermost(reader);
  bool own = reader->own.marks[element->number];
  element->inside = inside || own;
  element->section = is_section(name);
  reader->level += element->section;
  if (own && !inside) begin_block(reader, name);
}

static void end(void *context, const char *name) {
  xml_reader *reader = context;
  (void)name;
  reader->level -= innermost(reader)->section;
  if (reader->block != SHEET_NONE && reader->block_at == reader->depth) {
    sheet_end(&reader->text, reader->block);
    sheet_end_block(&reader->text);
    reader->block = SHEET_NONE;
  }
  reader->depth--;
}

static void put_text(void *context, const char *text, size_t size) {
  xml_reader *reader = context;
  if (reader->depth && innermost(reader)->inside)
    sheet_put(&reader->text, text, size);
}

// --- The hook --------------------------------------------------------------

static int read_text(xml_reader *reader, sheaf_bytes source,
                     sheaf_error *error) {
  const markup_events first = {note_start, note_end, note_text,
                               &reader->failed};
  const markup_events second = {start, end, put_text, &reader->failed};
  int code = markup_parse(source, false, "", &first, reader, error);
  reader->depth = reader->next = 0;
  return code ? code : markup_parse(source, false, "", &second, reader, error);
}

static int process(void *state, sheaf_doc *doc, sheaf_result *result,
                   sheaf_error *error) {
  xml_reader reader = {.block = SHEET_NONE};
  (void)state;
  (void)result;
  int code = read_text(&reader, sheaf_doc_text(doc), error);
  if (!code) code = sheet_finish(&reader.text, doc, error);
  sheet_clear(&reader.text);
  free(reader.own.marks);
  free(reader.open);
  return code;
}

static const sheaf_plugin_hooks hooks = {
    .size = sizeof hooks,
    .api = SHEAF_PLUGIN_API,
    .process = process,
};

const sheaf_plugin_hooks *sheaf_plugin_entry(void) {
  return &hooks;
}
