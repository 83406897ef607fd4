/// read.docx: the text of Word documents.
#include "body.h"
#include "facts.h"
#include "sheaf/plugin.h"

static int read_package(sheaf_doc *doc, const package *from,
                        sheaf_error *error) {
  fact_list styles = {0}, links = {0};
  sheet text = {0};
  int code = facts_of_styles(&styles, from, error);
  if (!code) code = facts_of_links(&links, from, error);
  if (!code) code = body_read(&text, from, &styles, &links, error);
  if (!code) code = sheet_finish(&text, doc, error);
  if (!code) code = facts_describe(doc, from, error);
  sheet_clear(&text);
  facts_clear(&styles);
  facts_clear(&links);
  return code;
}

static int process(void *state, sheaf_doc *doc, sheaf_result *result,
                   sheaf_error *error) {
  package parts;
  (void)state;
  (void)result;
  int code = package_open(&parts, sheaf_doc_content(doc), error);
  if (code) return code;
  code = read_package(doc, &parts, error);
  package_clear(&parts);
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
