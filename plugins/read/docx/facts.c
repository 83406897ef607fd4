#include "facts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "markup.h"
#include "sheet.h"

#define FACTS_MAX 4096  // Of each kind; honest documents have hundreds.

// --- Lists -----------------------------------------------------------------

static void add(fact_list *list, const char *key, const char *value) {
  if (list->count >= FACTS_MAX) return;
  if (list->count == list->capacity) {
    size_t capacity = list->capacity ? list->capacity * 2 : 32;
    fact *facts = realloc(list->facts, capacity * sizeof *facts);
    if (!facts) list->failed = true;
    if (!facts) return;
    list->facts = facts;
    list->capacity = capacity;
  }
  fact one = {strdup(key), strdup(value)};
  list->failed = list->failed || !one.key || !one.value;
  list->facts[list->count++] = one;
}

const char *facts_find(const fact_list *list, const char *key) {
  for (size_t i = 0; key && i < list->count; i++)
    if (strcmp(list->facts[i].key, key) == 0) return list->facts[i].value;
  return NULL;
}

void facts_clear(fact_list *list) {
  for (size_t i = 0; i < list->count; i++) {
    free(list->facts[i].key);
    free(list->facts[i].value);
  }
  free(list->facts);
  *list = (fact_list){0};
}

static void ignore_text(void *context, const char *data, size_t size) {
  (void)context;
  (void)data;
  (void)size;
}

static void ignore_end(void *context, const char *name) {
  (void)context;
  (void)name;
}

static int parse(const package *from, part number, const markup_events *events,
                 void *context, sheaf_error *error) {
  sheaf_bytes source = from->parts[number];
  if (!source.data) return SHEAF_OK;
  return markup_parse(source, true, package_name(number), events, context,
                      error);
}

// --- Styles ----------------------------------------------------------------

typedef struct {
  fact_list *list;
  char style[128];  ///< The identifier of the one that is being read.
} style_reader;

static void start_style(void *context, const char *name, const char **pairs) {
  style_reader *reader = context;
  const char *value = markup_attribute(pairs, "val");
  char level[8];
  if (strcmp(name, "style") == 0) {
    const char *id = markup_attribute(pairs, "styleId");
    snprintf(reader->style, sizeof reader->style, "%s", id ? id : "");
  }
  if (!value || !*reader->style) return;
  if (strcmp(name, "outlineLvl") == 0 && *value >= '0' && *value <= '8') {
    snprintf(level, sizeof level, "%d", *value - '0' + 1);
    add(reader->list, reader->style, level);
  } else if (strcmp(name, "name") == 0) {
    // The built-in names are English in every edition.
    if (strncasecmp(value, "heading ", 8) == 0)
      add(reader->list, reader->style, value + 8);
    if (strcasecmp(value, "title") == 0) add(reader->list, reader->style, "1");
  }
}

int facts_of_styles(fact_list *out, const package *from, sheaf_error *error) {
  style_reader reader = {.list = out};
  const markup_events events = {start_style, ignore_end, ignore_text,
                                &out->failed};
  return parse(from, PART_STYLES, &events, &reader, error);
}

// --- Links -----------------------------------------------------------------

static void start_link(void *context, const char *name, const char **pairs) {
  const char *id = markup_attribute(pairs, "Id");
  const char *target = markup_attribute(pairs, "Target");
  const char *mode = markup_attribute(pairs, "TargetMode");
  if (strcmp(name, "Relationship") == 0 && id && target && mode &&
      strcmp(mode, "External") == 0)
    add(context, id, target);
}

int facts_of_links(fact_list *out, const package *from, sheaf_error *error) {
  const markup_events events = {start_link, ignore_end, ignore_text,
                                &out->failed};
  return parse(from, PART_LINKS, &events, out, error);
}

// --- Properties ------------------------------------------------------------

typedef struct {
  sheaf_doc *doc;
  sheet value;
  bool failed;
} property_reader;

static void start_property(void *context, const char *name,
                           const char **pairs) {
  property_reader *reader = context;
  (void)name;
  (void)pairs;
  sheet_clear(&reader->value);
}

static void put_property(void *context, const char *data, size_t size) {
  property_reader *reader = context;
  sheet_put(&reader->value, data, size);
}

static void end_property(void *context, const char *name) {
  static const char *const known[][2] = {
      {"title", "title"},       {"creator", "author"},
      {"subject", "subject"},   {"description", "description"},
      {"keywords", "keywords"}, {"created", "date"},
      {"modified", "modified"}, {"language", "language"}};
  property_reader *reader = context;
  const sheet *value = &reader->value;
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (strcmp(name, known[i][0]) == 0 && value->size &&
        sheet_describe(reader->doc, known[i][1], value->data, value->size))
      reader->failed = true;
  sheet_clear(&reader->value);
}

int facts_describe(sheaf_doc *doc, const package *from, sheaf_error *error) {
  property_reader reader = {.doc = doc};
  const markup_events events = {start_property, end_property, put_property,
                                &reader.failed};
  int code = parse(from, PART_PROPERTIES, &events, &reader, error);
  sheet_clear(&reader.value);
  return code;
}
