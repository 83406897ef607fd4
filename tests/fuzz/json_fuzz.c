/// JSON: whatever is accepted is written and read back as the same.
#include <stdlib.h>

#include "json/json.h"

static void check_round_trip(const sheaf_value *value) {
  sf_buffer first = {0}, second = {0};
  sheaf_value again;
  sf_json_canonical(&first, value);
  if (sheaf_value_parse(&again, first.data, first.size, NULL)) abort();
  if (!sheaf_value_equal(value, &again)) abort();
  sf_json_canonical(&second, &again);
  if (first.size != second.size) abort();
  sheaf_value_clear(&again);
  sf_buffer_clear(&first);
  sf_buffer_clear(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  sheaf_value value;
  sheaf_error error;
  sf_buffer text = {0};
  if (sheaf_value_parse(&value, (const char *)data, size, &error) == SHEAF_OK)
    check_round_trip(&value);
  sheaf_value_clear(&value);
  sf_json_string(&text, (sheaf_bytes){(const char *)data, size});
  if (sheaf_value_parse(&value, text.data, text.size, &error)) abort();
  sheaf_value_clear(&value);
  sf_buffer_clear(&text);
  return 0;
}
