/// The state file of an interrupted run.
#include <stdlib.h>

#include "run/book.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static sf_job_output outputs[] = {{.name = "out.jsonl", .header = ""}};
  static const char *const bundles[] = {"a.zip", "b.zip"};
  sf_job_step step = {.manifest = {.name = "a.b", .version = "1.0.0"}};
  const sheaf_run_options options = SHEAF_RUN_OPTIONS_INIT;
  sf_job job = {.options = &options,
                .steps = &step,
                .step_count = 1,
                .outputs = outputs,
                .output_count = 1,
                .bundles = bundles,
                .bundle_count = 2};
  sf_run_folder folder = {.path = (char *)".", .fd = -1};
  sf_book book;
  sheaf_value state;
  sheaf_error error;
  if (sf_book_init(&book, &job, &folder, 0, &error)) return 0;
  if (!sheaf_value_parse(&state, (const char *)data, size, &error)) {
    // What was accepted can be written and read again.
    if (!sf_state_read(&book, &state, &error)) {
      sf_buffer text = {0};
      sheaf_value again;
      sf_state_write(&book, &text);
      if (sheaf_value_parse(&again, text.data, text.size, &error)) abort();
      sf_buffer_clear(&book.failures);
      if (sf_state_read(&book, &again, &error)) abort();
      sheaf_value_clear(&again);
      sf_buffer_clear(&text);
    }
    sheaf_value_clear(&state);
  }
  sf_book_clear(&book);
  return 0;
}
