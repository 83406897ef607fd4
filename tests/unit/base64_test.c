/// Base64, as RFC 4648 has it.
#include "base/base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
// After the above.
#include <cmocka.h>

static void decodes(const char *text, const char *wanted, size_t size) {
  sf_buffer out = {0};
  assert_true(sf_base64_decode(sf_bytes(text), &out));
  assert_int_equal(out.size, size);
  if (size) assert_memory_equal(out.data, wanted, size);
  sf_buffer_clear(&out);
}

static void refuses(const char *text) {
  sf_buffer out = {0};
  assert_false(sf_base64_decode(sf_bytes(text), &out));
  sf_buffer_clear(&out);
}

static void vectors(void **state) {
  (void)state;
  decodes("", "", 0);
  decodes("Zg==", "f", 1);
  decodes("Zm8=", "fo", 2);
  decodes("Zm9v", "foo", 3);
  decodes("Zm9vYmFy", "foobar", 6);
  decodes("/+8A", "\xff\xef\0", 3);
}

static void no_base64(void **state) {
  (void)state;
  refuses("Z");
  refuses("Zg");
  refuses("Zg=");
  refuses("Zg===");
  refuses("Z===");
  refuses("Zm 9");
  refuses("Zm9-");
  refuses("=m9v");
  refuses("Zh==");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      {"base64: the vectors of RFC 4648 are decoded", vectors, NULL, NULL,
       NULL},
      {"base64: what is none is refused", no_base64, NULL, NULL, NULL},
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
