/// The conformance plugin in C. Each document is called after what to do.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sheaf/plugin.h"

typedef struct {
  const sheaf_plugin_context *context;
  sheaf_doc *doc;
  sheaf_result *result;
  sheaf_error *error;
} call;

static int fail(sheaf_error *error, int code, const char *why) {
  *error = (sheaf_error){.code = code};
  snprintf(error->why, sizeof error->why, "%s", why);
  return code;
}

static int add(call *in, const char *kind, size_t from, size_t to,
               const char *attributes) {
  sheaf_value map;
  int code = sheaf_value_parse(&map, attributes, strlen(attributes), in->error);
  if (code) return code;
  code = sheaf_doc_add(in->doc, kind, from, to, &map, in->error);
  sheaf_value_clear(&map);
  return code;
}

static int set(call *in, const char *key, sheaf_value value) {
  return sheaf_value_set(sheaf_doc_metadata(in->doc), key, value);
}

static int set_json(call *in, const char *key, const char *json) {
  sheaf_value value;
  int code = sheaf_value_parse(&value, json, strlen(json), in->error);
  return code ? code : set(in, key, value);
}

static const char *option(const sheaf_plugin_context *context) {
  return sheaf_value_get_string(context->options, "text", "");
}

// --- Behaviours ------------------------------------------------------------

static int options(call *in) {
  const sheaf_value *all = in->context->options;
  int code = SHEAF_OK;
  for (size_t i = 0; i < sheaf_value_count(all) && !code; i++) {
    sheaf_value copy;
    code = sheaf_value_copy(&copy, sheaf_value_at(all, i));
    if (!code) code = set(in, sheaf_value_key(all, i).data, copy);
  }
  return code;
}

static int values(call *in) {
  return add(in, "value", 0, 1,
             "{\"yes\":true,\"no\":false,\"small\":-7,\"odd\":9007199254740993,"
             "\"largest\":9223372036854775807,"
             "\"smallest\":-9223372036854775808,\"float\":0.1,\"large\":1e300,"
             "\"text\":\"a\\u0000b\\ud83d\\ude00\\n\\\"\\\\\",\"empty\":\"\","
             "\"list\":[1,\"two\",[3.5]],\"nothing\":[],"
             "\"map\":{\"a\":{\"b\":1}},\"null\":null}");
}

static int offsets(call *in) {
  sheaf_bytes text = sheaf_doc_text(in->doc);
  int code = SHEAF_OK;
  for (size_t at = 0, from; at < text.size && !code;) {
    for (from = at; at < text.size && (unsigned char)text.data[at] >= 0x80;)
      at++;
    if (at > from) code = add(in, "letter", from, at, "{}");
    if (at == from) at++;
  }
  return code;
}

static int copy_span(call *in, const sheaf_span *span) {
  sheaf_value attributes, text;
  int code = sheaf_value_parse(&attributes, span->attributes.data,
                               span->attributes.size, in->error);
  if (code) return code;
  code = sheaf_value_string(&text, sheaf_doc_text(in->doc).data + span->from,
                            span->to - span->from);
  if (!code) code = sheaf_value_set(&attributes, "text", text);
  if (!code)
    code = sheaf_doc_add(in->doc, "copy", span->from, span->to, &attributes,
                         in->error);
  sheaf_value_clear(&attributes);
  return code;
}

static int spans(call *in) {
  sheaf_span span;
  int code = SHEAF_OK;
  for (size_t i = 0;
       !code && sheaf_doc_span(in->doc, "word", i, &span) == SHEAF_OK; i++)
    code = copy_span(in, &span);
  return code;
}

static int metadata(call *in) {
  int code = set_json(in, "first", "[1,2]");
  if (!code) code = set_json(in, "first", "\"again\"");
  return code ? code : set(in, "second", sheaf_value_float(1.5));
}

static int drop(call *in) {
  int code = add(in, "lost", 0, 1, "{}");
  return code ? code : sheaf_result_drop(in->result, "not wanted");
}

static int mistake(call *in) {
  int code = add(in, "lost", 0, 1, "{}");
  return code ? code : fail(in->error, SHEAF_EPLUGIN, "a mistake");
}

static int outside(call *in) {
  return add(in, "value", 0, 1000000, "{}");
}

static int kind(call *in) {
  return add(in, "No Kind", 0, 1, "{}");
}

static int undeclared(call *in) {
  return add(in, "other", 0, 1, "{}");
}

static int count_spans(call *in, const char *key, const char *of) {
  size_t count = sheaf_doc_span_count(in->doc, of);
  return set(in, key, sheaf_value_int((int64_t)count));
}

static int unread(call *in) {
  return count_spans(in, "secrets", "secret");
}

static int missing(call *in) {
  return count_spans(in, "headings", "heading");
}

static int reserved(call *in) {
  return add(in, "value", 0, 1, "{\"start\":1}");
}

static int many(call *in) {
  int code = SHEAF_OK;
  for (size_t i = 0; i < 10000 && !code; i++)
    code = sheaf_doc_add(in->doc, "item", 9999 - i, 10000 - i, NULL, in->error);
  return code;
}

static int order(call *in) {
  int code = add(in, "item", 4, 5, "{\"n\":1}");
  if (!code) code = add(in, "item", 0, 2, "{\"n\":2}");
  if (!code) code = add(in, "item", 0, 3, "{\"n\":3}");
  return code ? code : add(in, "item", 0, 2, "{\"n\":4}");
}

static int size(call *in) {
  return set(in, "bytes",
             sheaf_value_int((int64_t)sheaf_doc_text(in->doc).size));
}

static int append(sheaf_value *list, const char *text, size_t length) {
  sheaf_value value;
  int code = sheaf_value_string(&value, text, length);
  return code ? code : sheaf_value_append(list, value);
}

static int facts(call *in) {
  const char *texts[] = {sheaf_doc_id(in->doc), sheaf_doc_bundle(in->doc),
                         sheaf_doc_member(in->doc).data,
                         sheaf_doc_media_type(in->doc),
                         sheaf_doc_language(in->doc)};
  sheaf_value list, name;
  int code = sheaf_value_list(&list);
  for (size_t i = 0; i < sizeof texts / sizeof *texts && !code; i++)
    code = append(&list, texts[i], strlen(texts[i]));
  if (!code) code = set(in, "facts", list);
  if (!code)
    code =
        sheaf_value_string(&name, in->context->name, strlen(in->context->name));
  return code ? code : set(in, "name", name);
}

static int log_line(call *in) {
  fprintf(stderr, "%s: a line\n", in->context->name);
  return SHEAF_OK;
}

/// A native plugin keeps its limits itself.
static int loop(call *in) {
  clock_t end =
      clock() + (clock_t)in->context->cpu_ms * (CLOCKS_PER_SEC / 1000);
  while (clock() < end) continue;
  return fail(in->error, SHEAF_ETIMEOUT, "reached its limit of CPU time");
}

static int memory(call *in) {
  struct piece {
    struct piece *next;
  } *all = NULL;
  size_t held = 0, step = 10000000;
  for (; held + step <= in->context->memory_limit; held += step) {
    struct piece *more = malloc(step);
    if (!more) break;
    memset(more, 'x', step);
    more->next = all;
    all = more;
  }
  while (all) {
    struct piece *next = all->next;
    free(all);
    all = next;
  }
  return fail(in->error, SHEAF_ELIMIT, "reached its limit of memory");
}

static int after(call *in) {
  return set(in, "after", sheaf_value_bool(true));
}

static int part(call *in) {
  sheaf_value map;
  char json[120];
  if (strcmp(in->context->stage, "reduce") != 0) return SHEAF_OK;
  snprintf(json, sizeof json,
           "{\"member\":\"%s\",\"odd\":9007199254740993,\"list\":[]}",
           sheaf_doc_member(in->doc).data);
  int code = sheaf_value_parse(&map, json, strlen(json), in->error);
  if (code) return code;
  code = sheaf_result_yield(in->result, &map, in->error);
  sheaf_value_clear(&map);
  return code;
}

static const struct {
  const char *name;
  int (*run)(call *in);
} behaviours[] = {
    {"options", options},
    {"values", values},
    {"offsets", offsets},
    {"spans", spans},
    {"metadata", metadata},
    {"drop", drop},
    {"mistake", mistake},
    {"failure", mistake},
    {"outside", outside},
    {"kind", kind},
    {"undeclared", undeclared},
    {"unread", unread},
    {"missing", missing},
    {"reserved", reserved},
    {"many", many},
    {"order", order},
    {"size", size},
    {"empty", size},
    {"nul", size},
    {"facts", facts},
    {"log", log_line},
    {"loop", loop},
    {"memory", memory},
    {"after", after},
    {"part", part},
};

/// "07-mistake.txt" is called after "mistake".
static int is_called(const sheaf_doc *doc, const char *name) {
  sheaf_bytes member = sheaf_doc_member(doc);
  size_t length = strlen(name);
  return member.size == length + 7 && !memcmp(member.data + 3, name, length);
}

// --- Records ---------------------------------------------------------------

static int write_both(call *in) {
  sheaf_bytes member = sheaf_doc_member(in->doc);
  int code = sheaf_result_write(in->result, 0, member);
  if (!code) code = sheaf_result_write(in->result, 0, (sheaf_bytes){"\n", 1});
  if (code) return code;
  return sheaf_result_write(in->result, 1, (sheaf_bytes){"\xff\0\xfe", 3});
}

static int write_one(call *in) {
  sheaf_bytes text = sheaf_doc_text(in->doc);
  return sheaf_result_write(in->result, 1, (sheaf_bytes){text.data, 3});
}

static int write_name(call *in) {
  int code = sheaf_result_write(in->result, 0, sheaf_doc_member(in->doc));
  return code ? code
              : sheaf_result_write(in->result, 0, (sheaf_bytes){"\0\n", 2});
}

// --- All documents -----------------------------------------------------------

static int write_line(sheaf_result *result, const sheaf_value *one) {
  char line[120];
  snprintf(line, sizeof line, "%s %lld %zu\n",
           sheaf_value_get_string(one, "member", ""),
           (long long)sheaf_value_get_int(one, "odd", 0),
           sheaf_value_count(sheaf_value_get(one, "list")));
  return sheaf_result_write(result, 0, (sheaf_bytes){line, strlen(line)});
}

static int merge_next(const sheaf_plugin_context *context, sheaf_spool *spool,
                      sheaf_result *result, sheaf_error *error) {
  sheaf_value one;
  int code = sheaf_spool_value(spool, &one, error);
  if (code) return code;
  if (!strcmp(option(context), "merge fails"))
    code = fail(error, SHEAF_EPLUGIN, "a mistake");
  while (!strcmp(option(context), "merge loops")) continue;
  if (!code) code = write_line(result, &one);
  sheaf_value_clear(&one);
  return code;
}

static int copy_next(sheaf_spool *spool, sheaf_result *result,
                     sheaf_error *error) {
  sheaf_bytes record;
  int code = sheaf_spool_next(spool, &record, error);
  return code ? code : sheaf_result_write(result, 0, record);
}

static int finish(void *state, sheaf_spool *spool, sheaf_result *result,
                  sheaf_error *error) {
  const sheaf_plugin_context *context = state;
  bool reduces = !strcmp(context->stage, "reduce");
  int code = SHEAF_OK;
  if (!strcmp(option(context), "finish fails"))
    return fail(error, SHEAF_EPLUGIN, "it cannot finish");
  while (!code && !strcmp(option(context), "finish floods"))
    code = sheaf_result_write(result, 0, (sheaf_bytes){"xxxxxxxxxx", 10});
  while (!code)
    code = reduces ? merge_next(context, spool, result, error)
                   : copy_next(spool, result, error);
  if (code != SHEAF_END) return code;
  return sheaf_result_write(result, 1, (sheaf_bytes){"\xff\0\xfe", 3});
}

// --- Hooks -----------------------------------------------------------------

static int open_plugin(void **state, const sheaf_plugin_context *context,
                       sheaf_error *error) {
  *state = (void *)context;
  if (strcmp(option(context), "fail") != 0) return SHEAF_OK;
  return fail(error, SHEAF_EPLUGIN, "it cannot begin");
}

static int process(void *state, sheaf_doc *doc, sheaf_result *result,
                   sheaf_error *error) {
  call in = {state, doc, result, error};
  for (size_t i = 0; i < sizeof behaviours / sizeof *behaviours; i++)
    if (is_called(doc, behaviours[i].name)) return behaviours[i].run(&in);
  return SHEAF_OK;
}

static int encode(void *state, sheaf_doc *doc, sheaf_result *result,
                  sheaf_error *error) {
  call in = {state, doc, result, error};
  if (is_called(doc, "both")) return write_both(&in);
  if (is_called(doc, "one")) return write_one(&in);
  if (is_called(doc, "part")) return write_name(&in);
  if (is_called(doc, "mistake")) return mistake(&in);
  return SHEAF_OK;
}

static int check(void *state, sheaf_error *error) {
  if (strcmp(option(state), "missing") != 0) return SHEAF_OK;
  return fail(error, SHEAF_EPLUGIN, "something is missing");
}

static const sheaf_plugin_hooks hooks = {.size = sizeof hooks,
                                         .api = SHEAF_PLUGIN_API,
                                         .open = open_plugin,
                                         .process = process,
                                         .encode = encode,
                                         .finish = finish,
                                         .check = check};

const sheaf_plugin_hooks *sheaf_plugin_entry(void) {
  return &hooks;
}
