/// What the fuzz targets of readers share: one document through the plugin
/// that is linked in.
#ifndef READER_H
#define READER_H

#include <stdint.h>
#include <stdlib.h>

#include "doc/doc.h"
#include "plugin/plugin.h"
#include "text/text.h"

#define TEXT_MAX   ((uint64_t)16 << 20)
#define MEMORY_MAX ((size_t)64 << 20)

static void run_reader(sheaf_doc *doc, size_t memory_limit) {
  const sheaf_plugin_hooks *hooks = sheaf_plugin_entry();
  const sheaf_plugin_context context = {
      .size = sizeof context, .name = "reader", .memory_limit = memory_limit};
  sheaf_error partial = {0};
  sheaf_result result = {.partial = &partial};
  sheaf_error error = {0};
  void *state = NULL;
  if (hooks->open && hooks->open(&state, &context, &error)) abort();
  sf_doc_let_read(doc, TEXT_MAX);
  int code = hooks->process(state, doc, &result, &error);
  // A failure says why, and success is a text with its spans.
  if (code && !error.why[0]) abort();
  if (!code && !sf_doc_read(doc)) abort();
  if (partial.code && !partial.why[0]) abort();
  if (hooks->close) hooks->close(state);
}

/// `decoded`: the plugin is given a text, as the host does with markup.
static void read_document(const uint8_t *data, size_t size, bool decoded,
                          size_t memory_limit) {
  sheaf_bytes content = {(const char *)data, size}, text = {"", 0};
  sf_buffer storage = {0};
  const char *charset;
  sheaf_doc *doc;
  if (decoded && sf_charset_decode(content, sf_bytes(""), &storage, &text,
                                   &charset, NULL)) {
    sf_buffer_clear(&storage);
    return;
  }
  if (!sf_doc_borrow(&doc, "1/1/x", "x", sf_bytes("x"), text, NULL)) {
    sf_doc_set_content(doc, content);
    run_reader(doc, memory_limit);
    sheaf_doc_free(doc);
  }
  sf_buffer_clear(&storage);
}

#endif
