/// read.markdown: the text of Markdown. It is rendered as HTML, which it may
/// contain anywhere, and that is read as a page.
#include <stdlib.h>

#include "front_matter.h"
#include "html/page.h"
#include "render.h"

static int open_plugin(void **state, const sheaf_plugin_context *context,
                       sheaf_error *error) {
  (void)error;
  *state = (void *)context;
  return SHEAF_OK;
}

static int process(void *state, sheaf_doc *doc, sheaf_result *result,
                   sheaf_error *error) {
  const sheaf_plugin_context *context = state;
  sheaf_bytes text = sheaf_doc_text(doc), front = front_matter(text), page;
  text.data += front.size;
  text.size -= front.size;
  int code = render_markdown(text, context, &page, error);
  if (code) return code;
  code = page_read(doc, page, context, result, error);
  free((char *)page.data);
  return code ? code : front_matter_describe(front, doc);
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
