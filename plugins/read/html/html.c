/// read.html: the text of web pages.
#include "page.h"

static int open_plugin(void **state, const sheaf_plugin_context *context,
                       sheaf_error *error) {
  (void)error;
  *state = (void *)context;
  return SHEAF_OK;
}

static int process(void *state, sheaf_doc *doc, sheaf_result *result,
                   sheaf_error *error) {
  return page_read(doc, sheaf_doc_text(doc), state, result, error);
}

static const sheaf_plugin_hooks hooks = {
    .size = sizeof hooks,
    .api = SHEAF_PLUGIN_API,
    .open = open_plugin,
    .process = process,
};

const sheaf_plugin_hooks *sheaf_plugin_entry(void) {
  return &hooks;
}
