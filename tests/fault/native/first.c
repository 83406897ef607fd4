/// A plugin as it was built for the first version of the contract, of which it
/// has a copy of its own: this file is not to change with the headers.
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

typedef struct {
  const char *data;
  size_t size;
} bytes;

typedef struct {
  int type;
  union {
    int64_t integer;
    struct {
      char *data;
      size_t size;
    } string;
  } as;
} value;

typedef struct {
  int code;
  char what[256], why[512], hint[256];
} error;

typedef struct {
  size_t size;
  const char *name, *folder, *main, *library;
  const value *options, *outputs;
  size_t memory_limit;
} context;

typedef struct {
  size_t size;
  int api;
  int (*open)(void **state, const context *context, error *error);
  int (*process)(void *state, void *doc, void *result, error *error);
  int (*encode)(void *state, void *doc, void *result, error *error);
  void *reduce[3];
  int (*check)(void *state, error *error);
  void (*close)(void *state);
} hooks;

bytes sheaf_doc_text(const void *doc);
int sheaf_doc_add(void *doc, const char *kind, size_t from, size_t to,
                  const value *attributes, error *error);
int sheaf_value_map(value *out);
int sheaf_value_set_string(value *map, const char *key, const char *text);
void sheaf_value_clear(value *value);
int64_t sheaf_value_get_int(const value *map, const char *key,
                            int64_t otherwise);

static int open_plugin(void **state, const context *context, error *error) {
  size_t *length = malloc(sizeof *length);
  (void)error;
  if (!length || context->size < sizeof *context) return -4;
  *length = (size_t)sheaf_value_get_int(context->options, "length", 0);
  *state = length;
  return context->memory_limit == (size_t)64 << 20 ? 0 : -4;
}

static int process(void *state, void *doc, void *result, error *error) {
  value attributes;
  (void)result;
  if (sheaf_doc_text(doc).size < *(size_t *)state) return 0;
  int code = sheaf_value_map(&attributes);
  if (!code) code = sheaf_value_set_string(&attributes, "by", "the first");
  if (!code)
    code = sheaf_doc_add(doc, "mark", 0, *(size_t *)state, &attributes, error);
  sheaf_value_clear(&attributes);
  return code;
}

static const hooks table = {.size = sizeof table,
                            .api = 1,
                            .open = open_plugin,
                            .process = process,
                            .close = free};

const hooks *sheaf_plugin_entry(void) {
  return &table;
}
