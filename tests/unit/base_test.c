/// Buffers, errors, suggestions and digests.
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
// cmocka wants the headers above.
#include <cmocka.h>

#include "base/base.h"
#include "base/sha256.h"

static void buffer_grows(void **state) {
  (void)state;
  sf_buffer buffer = {0};
  for (int i = 0; i < 1000; i++) sf_buffer_printf(&buffer, "%03d,", i);
  assert_int_equal(buffer.size, 4000);
  assert_string_equal(sf_buffer_text(&buffer) + 3988, "997,998,999,");
  sf_buffer_clear(&buffer);
}

static void buffer_refuses_overflow(void **state) {
  (void)state;
  sf_buffer buffer = {0};
  sf_buffer_puts(&buffer, "kept");
  assert_null(sf_buffer_reserve(&buffer, SIZE_MAX - 2));
  sf_buffer_puts(&buffer, "ignored");
  assert_true(buffer.failed);
  assert_int_equal(buffer.size, 4);
  sf_buffer_clear(&buffer);
}

static void error_is_cut_to_fit(void **state) {
  (void)state;
  sheaf_error error;
  char name[1000];
  memset(name, 'x', sizeof name - 1);
  name[sizeof name - 1] = '\0';
  assert_int_equal(sf_fail(&error, SHEAF_EREAD, name, "%s", name), SHEAF_EREAD);
  assert_int_equal(strlen(error.what), sizeof error.what - 1);
  assert_int_equal(strlen(error.why), sizeof error.why - 1);
  assert_string_equal(error.hint, "");
  assert_int_equal(sf_hint(&error, "try %d", 2), SHEAF_EREAD);
  assert_string_equal(error.hint, "try 2");
}

static void codes_have_one_slug_each(void **state) {
  (void)state;
#define SHEAF_X(name, value, slug, scope, message)            \
  assert_int_equal(sheaf_code_from_slug(slug), SHEAF_##name); \
  assert_string_equal(sheaf_code_slug(SHEAF_##name), slug);
  SHEAF_ERROR_MAP(SHEAF_X)
#undef SHEAF_X
  assert_int_equal(sheaf_code_from_slug("nonsense"), 0);
}

static void nearest_suggests(void **state) {
  (void)state;
  const char *const names[] = {"extract.dates", "extract.citations",
                               "export.jsonl", NULL};
  assert_string_equal(sf_nearest("extract.date", names), "extract.dates");
  assert_string_equal(sf_nearest("export.json", names), "export.jsonl");
  assert_null(sf_nearest("pandoc", names));
}

static void assert_digest(const char *text, size_t repeat, const char *hex) {
  char got[SF_SHA256_HEX];
  sf_sha256 sha;
  sf_sha256_init(&sha);
  for (size_t i = 0; i < repeat; i++)
    sf_sha256_update(&sha, text, strlen(text));
  sf_sha256_hex(&sha, got);
  assert_string_equal(got, hex);
}

// The examples that NIST publishes with FIPS 180-4.
static void sha256_agrees_with_nist(void **state) {
  (void)state;
  assert_digest(
      "", 1,
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  assert_digest(
      "abc", 1,
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  assert_digest(
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  assert_digest(
      "aaaaaaaaaa", 100000,
      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void sha256_is_the_same_on_all_machines(void **state) {
  (void)state;
  if (!sf_sha256_x86_works()) skip();
  unsigned char blocks[5 * SF_SHA256_BLOCK];
  for (size_t i = 0; i < sizeof blocks; i++)
    blocks[i] = (unsigned char)(i * i + 7 * i);
  uint32_t portable[8] = {1, 2, 3, 4, 5, 6, 7, 8}, fast[8];
  memcpy(fast, portable, sizeof fast);
  sf_sha256_portable(portable, blocks, 5);
  sf_sha256_x86(fast, blocks, 5);
  assert_memory_equal(fast, portable, sizeof fast);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      {"buffer: grows and keeps what was written", buffer_grows, 0, 0, 0},
      {"buffer: an impossible size fails it for good", buffer_refuses_overflow,
       0, 0, 0},
      {"error: long texts are cut, never overrun", error_is_cut_to_fit, 0, 0,
       0},
      {"error: each code has a slug of its own", codes_have_one_slug_each, 0, 0,
       0},
      {"nearest: suggests a near name and nothing far", nearest_suggests, 0, 0,
       0},
      {"sha256: agrees with NIST's examples", sha256_agrees_with_nist, 0, 0, 0},
      {"sha256: is the same with the processor's instructions",
       sha256_is_the_same_on_all_machines, 0, 0, 0},
  };
  return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
