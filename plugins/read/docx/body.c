#include "body.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "markup.h"

#define NOTES_MAX 100000  // Identifiers beyond are not looked up.

/// What is known of the paragraph that is being read.
typedef struct {
  int level;  ///< Of a heading; 0: it is none.
  bool item;  ///< Of a list.
} paragraph;

/// The numbers of the notes of one kind, by their identifiers.
typedef struct {
  unsigned *numbers;  ///< 0: it was not referred to.
  size_t size;
} note_numbers;

typedef struct {
  sheet *text;
  const fact_list *styles, *links;
  paragraph now;
  size_t block;      ///< The span of the block; SHEET_NONE: not begun.
  size_t link;       ///< The span of the link.
  unsigned rows;     ///< How many rows of tables, one in another, are open.
  unsigned hidden;   ///< How many elements that are not shown.
  bool in_text;      ///< In an element whose characters are text.
  bool after_item;   ///< The last block was one of a list.
  bool second_cell;  ///< A cell of this row has been read.
  note_numbers foot, end;
  unsigned notes;  ///< Numbers given so far.
  unsigned note;   ///< The number of the one that is being read; 0: none.
  note_numbers *reading;
  bool failed;
} body;

static bool is(const char *name, const char *other) {
  return strcmp(name, other) == 0;
}

// --- Notes -----------------------------------------------------------------

static unsigned *number_of(body *of, note_numbers *notes, const char *id) {
  size_t place = id ? strtoul(id, NULL, 10) : NOTES_MAX;
  if (place >= NOTES_MAX) return NULL;
  if (place >= notes->size) {
    size_t size = place * 2 + 16;
    unsigned *grown = realloc(notes->numbers, size * sizeof *grown);
    if (!grown) of->failed = true;
    if (!grown) return NULL;
    memset(grown + notes->size, 0, (size - notes->size) * sizeof *grown);
    notes->numbers = grown;
    notes->size = size;
  }
  return &notes->numbers[place];
}

/// Writes "[3]", and notes that it is the number of the note.
static void put_number(body *to, const char *kind, unsigned number) {
  char text[16];
  int size = snprintf(text, sizeof text, "[%u]", number);
  size_t span = kind ? sheet_begin(to->text, kind) : SHEET_NONE;
  sheet_put(to->text, text, (size_t)size);
  sheet_end(to->text, span);
  snprintf(text, sizeof text, "%u", number);
  sheet_set_text(to->text, span, "number", text, strlen(text));
}

// --- Blocks ----------------------------------------------------------------

static const char *kind_of(const body *of) {
  if (of->note) return "footnote";
  if (of->rows) return "table_row";
  if (of->now.level) return "heading";
  return of->now.item ? "list_item" : "paragraph";
}

static void begin_note(body *to) {
  char number[16];
  snprintf(number, sizeof number, "%u", to->note);
  sheet_set_text(to->text, to->block, "number", number, strlen(number));
  put_number(to, NULL, to->note);
  sheet_put(to->text, " ", 1);
}

static void begin_block(body *to) {
  if (to->block != SHEET_NONE) return;
  const char *kind = kind_of(to);
  bool item = is(kind, "list_item");
  if (to->after_item && !item) sheet_end_block(to->text);
  to->after_item = item;
  to->block = sheet_begin(to->text, kind);
  if (to->note) begin_note(to);
  if (is(kind, "heading"))
    sheet_set_int(to->text, to->block, "level", to->now.level);
}

static void end_block(body *to) {
  sheet_end(to->text, to->block);
  to->block = SHEET_NONE;
}

static void refer(body *to, note_numbers *notes, const char **pairs) {
  unsigned *number = number_of(to, notes, markup_attribute(pairs, "id"));
  if (!number || to->hidden) return;
  if (!*number) *number = ++to->notes;
  begin_block(to);
  put_number(to, "footnote_marker", *number);
}

/// The paragraphs of a row or a note are parts of one block.
static void end_paragraph(body *to) {
  bool item = to->now.item;
  to->now = (paragraph){0};
  if (to->rows || to->note) {
    to->text->space = true;
    return;
  }
  end_block(to);
  if (!item)
    sheet_end_block(to->text);
  else if (!to->text->lines)
    sheet_end_line(to->text);
}

// --- Elements --------------------------------------------------------------

static void start_style(body *to, const char **pairs) {
  const char *level = facts_find(to->styles, markup_attribute(pairs, "val"));
  int number = level ? atoi(level) : 0;
  if (number >= 1 && number <= 9) to->now.level = number;
}

static void start_property(body *to, const char *name, const char **pairs) {
  const char *value = markup_attribute(pairs, "val");
  if (is(name, "pStyle")) start_style(to, pairs);
  if (is(name, "numPr")) to->now.item = true;
  if (is(name, "numId") && value && is(value, "0")) to->now.item = false;
  if (is(name, "outlineLvl") && value && *value >= '0' && *value <= '8')
    to->now.level = *value - '0' + 1;
}

static void start_row(body *to, const char *name) {
  if (is(name, "tr") && to->rows++ == 0) to->second_cell = false;
  if (!is(name, "tc") || to->rows != 1) return;
  to->text->space = false;
  if (to->second_cell && to->block != SHEET_NONE)
    sheet_put_verbatim(to->text, "\t", 1);
  to->second_cell = true;
}

static void start_link(body *to, const char **pairs) {
  const char *target = facts_find(to->links, markup_attribute(pairs, "id"));
  if (!target || to->link != SHEET_NONE) return;
  begin_block(to);
  to->link = sheet_begin(to->text, "link");
  sheet_set_text(to->text, to->link, "href", target, strlen(target));
}

static void start_note(body *to, const char *name, const char **pairs) {
  if (!to->reading || !(is(name, "footnote") || is(name, "endnote"))) return;
  const unsigned *number =
      number_of(to, to->reading, markup_attribute(pairs, "id"));
  to->note = number ? *number : 0;
  // Separators and notes that nothing refers to.
  if (!to->note) to->hidden++;
}

static bool is_hidden(const char *name) {
  return is(name, "moveFrom") || is(name, "Fallback");
}

static void start(void *context, const char *name, const char **pairs) {
  body *to = context;
  if (is_hidden(name)) to->hidden++;
  start_note(to, name, pairs);
  start_property(to, name, pairs);
  start_row(to, name);
  if (is(name, "t")) to->in_text = true;
  if (is(name, "tab")) to->text->space = true;
  if (is(name, "br") || is(name, "cr")) sheet_end_line(to->text);
  if (is(name, "hyperlink")) start_link(to, pairs);
  if (is(name, "footnoteReference")) refer(to, &to->foot, pairs);
  if (is(name, "endnoteReference")) refer(to, &to->end, pairs);
}

static void end_row(body *to) {
  if (to->rows == 0 || --to->rows > 0) return;
  end_block(to);
  if (!to->text->lines) sheet_end_line(to->text);
}

static void end_note(body *to) {
  if (!to->reading) return;
  if (!to->note) to->hidden--;
  to->note = 0;
  end_block(to);
  sheet_end_block(to->text);
}

static void end(void *context, const char *name) {
  body *to = context;
  if (is_hidden(name)) to->hidden--;
  if (is(name, "t")) to->in_text = false;
  if (is(name, "p")) end_paragraph(to);
  if (is(name, "tr")) end_row(to);
  if (is(name, "tbl") && !to->rows) sheet_end_block(to->text);
  if (is(name, "footnote") || is(name, "endnote")) end_note(to);
  if (!is(name, "hyperlink")) return;
  sheet_end(to->text, to->link);
  to->link = SHEET_NONE;
}

static void put_text(void *context, const char *data, size_t size) {
  body *to = context;
  if (!to->in_text || to->hidden) return;
  begin_block(to);
  sheet_put(to->text, data, size);
}

// --- All of it -------------------------------------------------------------

static int parse(body *to, const package *from, part number,
                 note_numbers *notes, sheaf_error *error) {
  const markup_events events = {start, end, put_text, &to->failed};
  sheaf_bytes source = from->parts[number];
  if (!source.data) return SHEAF_OK;
  to->reading = notes;
  to->block = to->link = SHEET_NONE;
  sheet_end_block(to->text);
  return markup_parse(source, true, package_name(number), &events, to, error);
}

int body_read(sheet *out, const package *from, const fact_list *styles,
              const fact_list *links, sheaf_error *error) {
  body to = {.text = out, .styles = styles, .links = links};
  int code = parse(&to, from, PART_DOCUMENT, NULL, error);
  if (!code) code = parse(&to, from, PART_FOOTNOTES, &to.foot, error);
  if (!code) code = parse(&to, from, PART_ENDNOTES, &to.end, error);
  free(to.foot.numbers);
  free(to.end.numbers);
  return code;
}
