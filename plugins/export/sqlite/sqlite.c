/// export.sqlite: all documents in one database.
#include <stdlib.h>

#include "database.h"

static int open_plugin(void **state, const sheaf_plugin_context *context,
                       sheaf_error *error) {
  (void)error;
  *state = (void *)context;
  return SHEAF_OK;
}

static int encode(void *state, sheaf_doc *doc, sheaf_result *result,
                  sheaf_error *error) {
  char *json;
  size_t size;
  (void)state;
  int code = sheaf_doc_json(doc, &json, &size, error);
  if (code) return code;
  code = sheaf_result_write(result, 0, (sheaf_bytes){json, size});
  free(json);
  return code;
}

static int add_all(database *db, sheaf_spool *spool, sheaf_error *error) {
  sheaf_value document;
  int code;
  while (!(code = sheaf_spool_value(spool, &document, error))) {
    code = database_add(db, &document, error);
    sheaf_value_clear(&document);
    if (code) return code;
  }
  return code == SHEAF_END ? SHEAF_OK : code;
}

static int finish(void *state, sheaf_spool *spool, sheaf_result *result,
                  sheaf_error *error) {
  const sheaf_plugin_context *context = state;
  const char *path = sheaf_result_file(result, 0);
  database db;
  int code = database_open(
      &db, path, sheaf_value_get_bool(context->options, "spans", true),
      sheaf_value_get_bool(context->options, "search", true), error);
  if (!code) code = add_all(&db, spool, error);
  if (!code) code = database_finish(&db, error);
  database_close(&db);
  return code;
}

static const sheaf_plugin_hooks hooks = {
    .size = sizeof hooks,
    .api = SHEAF_PLUGIN_API,
    .open = open_plugin,
    .encode = encode,
    .finish = finish,
};

const sheaf_plugin_hooks *sheaf_plugin_entry(void) {
  return &hooks;
}
