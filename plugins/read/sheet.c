#include "sheet.h"

#include <stdlib.h>
#include <string.h>

void sheet_clear(sheet *of) {
  for (size_t i = 0; i < of->span_count; i++)
    sheaf_value_clear(&of->spans[i].attributes);
  free(of->spans);
  free(of->data);
  *of = (sheet){0};
}

// --- Text ------------------------------------------------------------------

static bool make_room(sheet *to, size_t more) {
  if (to->failed || more > SIZE_MAX / 4 - to->size) return !(to->failed = true);
  if (to->capacity - to->size >= more) return true;
  size_t capacity = (to->size + more) * 2;
  char *data = realloc(to->data, capacity);
  if (!data) return !(to->failed = true);
  to->data = data;
  to->capacity = capacity;
  return true;
}

static void append(sheet *to, const char *data, size_t size) {
  if (!size || !make_room(to, size)) return;
  memcpy(to->data + to->size, data, size);
  to->size += size;
}

// Writes what is due, and begins the spans that wait for a character.
static void settle(sheet *to) {
  if (to->lines && to->size)
    append(to, "\n\n", to->lines);
  else if (to->space && to->size)
    append(to, " ", 1);
  to->lines = 0;
  to->space = false;
  for (; to->unset < to->span_count; to->unset++)
    if (to->spans[to->unset].from == SHEET_UNSET)
      to->spans[to->unset].from = to->size;
}

static bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

void sheet_put(sheet *to, const char *data, size_t size) {
  for (size_t at = 0, from; at < size;) {
    for (; at < size && is_space(data[at]); at++) to->space = true;
    for (from = at; at < size && !is_space(data[at]);) at++;
    if (at == from) continue;
    settle(to);
    append(to, data + from, at - from);
  }
}

void sheet_put_verbatim(sheet *to, const char *data, size_t size) {
  size_t rest = size;
  while (rest && data[rest - 1] == '\n') rest--;
  if (rest) settle(to);
  append(to, data, rest);
  for (; rest < size; rest++) sheet_end_line(to);
}

void sheet_end_line(sheet *to) {
  to->space = false;
  if (to->lines < 2) to->lines++;
}

void sheet_end_block(sheet *to) {
  to->space = false;
  to->lines = 2;
}

// --- Spans -----------------------------------------------------------------

size_t sheet_begin(sheet *to, const char *kind) {
  if (to->span_count == to->span_capacity) {
    size_t capacity = to->span_capacity ? to->span_capacity * 2 : 64;
    sheet_span *spans = realloc(to->spans, capacity * sizeof *spans);
    if (!spans) to->failed = true;
    if (!spans) return SHEET_NONE;
    to->spans = spans;
    to->span_capacity = capacity;
  }
  to->spans[to->span_count] =
      (sheet_span){kind, SHEET_UNSET, 0, SHEAF_VALUE_NULL};
  return to->span_count++;
}

void sheet_end(sheet *to, size_t number) {
  if (number == SHEET_NONE) return;
  sheet_span *span = &to->spans[number];
  if (span->from == SHEET_UNSET) {
    span->kind = NULL;
    span->from = 0;
  }
  span->to = to->size;
}

static void set(sheet *to, size_t number, const char *key, sheaf_value value) {
  sheet_span *span = &to->spans[number];
  int code = SHEAF_OK;
  if (span->attributes.type == SHEAF_NULL)
    code = sheaf_value_map(&span->attributes);
  if (code)
    sheaf_value_clear(&value);
  else
    code = sheaf_value_set(&span->attributes, key, value);
  if (code) to->failed = true;
}

void sheet_set_int(sheet *to, size_t span, const char *key, int64_t value) {
  if (span != SHEET_NONE) set(to, span, key, sheaf_value_int(value));
}

void sheet_set_text(sheet *to, size_t span, const char *key, const char *data,
                    size_t size) {
  sheaf_value value;
  if (span == SHEET_NONE) return;
  if (sheaf_value_string(&value, data, size))
    to->failed = true;
  else
    set(to, span, key, value);
}

// --- The end ---------------------------------------------------------------

static int no_memory(sheaf_error *error) {
  *error = (sheaf_error){.code = SHEAF_ENOMEM, .why = "out of memory"};
  return SHEAF_ENOMEM;
}

int sheet_finish(sheet *of, sheaf_doc *doc, sheaf_error *error) {
  if (of->failed) return no_memory(error);
  sheaf_bytes text = {of->data ? of->data : "", of->size};
  int code = sheaf_doc_set_text(doc, text, error);
  for (size_t i = 0; i < of->span_count && !code; i++) {
    const sheet_span *span = &of->spans[i];
    bool bare = span->attributes.type == SHEAF_NULL;
    if (span->kind && span->to > span->from)
      code = sheaf_doc_add(doc, span->kind, span->from, span->to,
                           bare ? NULL : &span->attributes, error);
  }
  return code;
}

int sheet_describe(sheaf_doc *doc, const char *key, const char *data,
                   size_t size) {
  sheet folded = {0};
  sheaf_value value;
  if (sheaf_value_get(sheaf_doc_metadata(doc), key)) return SHEAF_OK;
  sheet_put(&folded, data, size);
  int code = folded.failed ? SHEAF_ENOMEM : SHEAF_OK;
  if (!code && folded.size)
    code = sheaf_value_string(&value, folded.data, folded.size);
  if (!code && folded.size)
    code = sheaf_value_set(sheaf_doc_metadata(doc), key, value);
  sheet_clear(&folded);
  return code;
}
