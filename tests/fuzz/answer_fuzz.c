/// What a program answers: lines that may be anything.
#include <stdlib.h>

#include "process/answer.h"

static void require(bool fine) {
  if (!fine) abort();
}

static void answer(sf_question *question, sheaf_bytes lines) {
  while (lines.size) {
    const char *end = memchr(lines.data, '\n', lines.size);
    size_t size = end ? (size_t)(end - lines.data) : lines.size;
    sheaf_error error = {0};
    sheaf_value message;
    if (sheaf_value_parse(&message, lines.data, size, &error)) return;
    int code = sf_answer(question, &message, &error);
    sheaf_value_clear(&message);
    require(code == SHEAF_OK || code == SHEAF_END || error.code == code);
    if (code) return;
    lines.data += size + (end != NULL);
    lines.size -= size + (end != NULL);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const char text[] = "The quick brown f\u00f6x.";
  sf_buffer records[2] = {{0}};
  sheaf_result result = {.records = records, .outputs = 2};
  sheaf_value outputs;
  sheaf_doc *doc;
  require(!sheaf_value_parse(&outputs, "[\"a\",\"b\"]", 9, NULL));
  require(
      !sheaf_doc_new(&doc, "1/1/a", "b", sf_bytes("a"), sf_bytes(text), NULL));
  sf_question question = {.name = "fuzz",
                          .id = 1,
                          .doc = doc,
                          .result = &result,
                          .outputs = &outputs,
                          .lines = 1000};
  answer(&question, (sheaf_bytes){(const char *)data, size});
  free(result.dropped);
  sf_buffer_clear(&records[0]);
  sf_buffer_clear(&records[1]);
  sheaf_doc_free(doc);
  sheaf_value_clear(&outputs);
  return 0;
}
