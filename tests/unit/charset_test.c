/// Charsets: which one is seen, and what becomes of the bytes.
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
// cmocka wants the headers above.
#include <cmocka.h>

#include "text/text.h"

/// Asserts that `content` is in `charset` and reads as `expected`.
static void check(const char *content, size_t size, const char *charset,
                  const char *expected) {
  sf_buffer storage = {0};
  sheaf_bytes text;
  const char *name;

  assert_int_equal(sf_charset_decode((sheaf_bytes){content, size}, sf_bytes(""),
                                     &storage, &text, &name, NULL),
                   SHEAF_OK);
  assert_string_equal(name, charset);
  assert_int_equal(text.size, strlen(expected));
  assert_memory_equal(text.data, expected, text.size);
  sf_buffer_clear(&storage);
}

#define CHECK(literal, charset, expected) \
  check(literal, sizeof literal - 1, charset, expected)

static int refuse(const char *content, size_t size, sheaf_error *error) {
  sf_buffer storage = {0};
  sheaf_bytes text;
  const char *name;
  int code = sf_charset_decode((sheaf_bytes){content, size}, sf_bytes(""),
                               &storage, &text, &name, error);

  sf_buffer_clear(&storage);
  return code;
}

static void borrows_utf8(void **state) {
  (void)state;
  sheaf_bytes content = {
      "d\xC3\xA9"
      "cide\0",
      8};
  sf_buffer storage = {0};
  sheaf_bytes text;
  const char *name;
  assert_int_equal(
      sf_charset_decode(content, sf_bytes(""), &storage, &text, &name, NULL),
      SHEAF_OK);
  assert_string_equal(name, "utf-8");
  assert_ptr_equal(text.data, content.data);
  assert_int_equal(text.size, content.size);
  assert_null(storage.data);
}

static void obeys_marks(void **state) {
  (void)state;
  CHECK("\xFF\xFEh\0\xE9\0", "utf-16le", "h\u00e9");
  CHECK("\xFE\xFF\0h\x5B\x89", "utf-16be", "h\u5b89");
  CHECK("\xFF\xFE\x3D\xD8\x4A\xDC", "utf-16le", "\U0001F44A");
  CHECK("\xFF\xFE\0\0h\0\0\0", "utf-32le", "h");
  CHECK("\0\0\xFE\xFF\0\1\xF4\x4A", "utf-32be", "\U0001F44A");
}

static void falls_back_to_windows(void **state) {
  (void)state;
  CHECK(
      "\x93"
      "d\xE9"
      "cide\x94 \x80",
      "windows-1252", "\u201Cd\u00e9cide\u201D \u20AC");
}

static void mends_damaged_utf8(void **state) {
  (void)state;
  CHECK("\u0441\u043e\u0432\u0435\u0442 \xD1", "utf-8",
        "\u0441\u043e\u0432\u0435\u0442 \uFFFD");
}

static void replaces_the_storage(void **state) {
  sf_buffer storage = {0};
  sheaf_bytes text;
  const char *charset;
  (void)state;
  for (int i = 0; i < 2; i++) {
    assert_int_equal(sf_charset_decode(sf_bytes("caf\xe9"), sf_bytes(""),
                                       &storage, &text, &charset, NULL),
                     SHEAF_OK);
    assert_int_equal(text.size, 5);
  }
  sf_buffer_clear(&storage);
}

static void refuses_binary(void **state) {
  (void)state;
  sheaf_error error;
  assert_int_equal(refuse("\x7F"
                          "ELF\xFF\0\1",
                          7, &error),
                   SHEAF_ENOTTEXT);
  assert_non_null(strstr(error.why, "at byte 4"));
  assert_non_null(strstr(error.why, "NUL byte (at byte 5)"));
}

static void refuses_damaged_utf16(void **state) {
  (void)state;
  sheaf_error error;
  assert_int_equal(refuse("\xFF\xFEh\0\0\xDC", 6, &error), SHEAF_ENOTTEXT);
  assert_non_null(strstr(error.why, "at byte 4"));
  assert_int_equal(refuse("\xFF\xFEh", 3, &error), SHEAF_ENOTTEXT);
  assert_int_equal(refuse("\xFF\xFE\x3D\xD8h\0", 6, &error), SHEAF_ENOTTEXT);
  assert_int_equal(refuse("\xFF\xFE\x3D\xD8", 4, &error), SHEAF_ENOTTEXT);
  assert_int_equal(refuse("\xFF\xFE\0\0\0\0\x11\0", 8, &error), SHEAF_ENOTTEXT);
}

static void check_declared(const char *content, const char *label,
                           const char *charset, const char *expected) {
  sf_buffer storage = {0};
  sheaf_bytes text;
  const char *name;
  assert_int_equal(sf_charset_decode(sf_bytes(content), sf_bytes(label),
                                     &storage, &text, &name, NULL),
                   SHEAF_OK);
  assert_string_equal(name, charset);
  assert_int_equal(text.size, strlen(expected));
  assert_memory_equal(text.data, expected, text.size);
  sf_buffer_clear(&storage);
}

static void obeys_what_is_declared(void **state) {
  (void)state;
  check_declared("\xcd\xe5\xf2", "windows-1251", "windows-1251",
                 "\u041d\u0435\u0442");
  check_declared("\xee\xc5\xd4", " KOI8-R\n", "koi8-r", "\u041d\u0435\u0442");
  check_declared("\x93\xfa\x96\x7b", "x-sjis", "shift_jis", "\u65e5\u672c");
  check_declared("\x1b$BF|K\\\x1b(B", "iso-2022-jp", "iso-2022-jp",
                 "\u65e5\u672c");
  check_declared("caf\xe9", "iso-8859-1", "windows-1252", "caf\u00e9");
}

static void believes_bytes_more_than_labels(void **state) {
  (void)state;
  check_declared("caf\xc3\xa9", "iso-8859-1", "utf-8", "caf\u00e9");
  check_declared("caf\xe9", "no-such", "windows-1252", "caf\u00e9");
  // That is no EUC-JP.
  check_declared("caf\xe9 au lait \xe0", "euc-jp", "windows-1252",
                 "caf\u00e9 au lait \u00e0");
}

static void assert_label(const char *content, const char *type,
                         const char *expected) {
  sheaf_bytes label = sf_charset_declared(sf_bytes(content), type);
  assert_int_equal(label.size, strlen(expected));
  assert_memory_equal(label.data, expected, label.size);
}

static void finds_declarations(void **state) {
  (void)state;
  const char *html = "text/html", *xml = "application/xml";
  assert_label("<meta charset=koi8-r>", html, "koi8-r");
  assert_label("<!-- <meta charset=big5> --><META\n CharSet = 'sjis'>", html,
               "sjis");
  assert_label(
      "<meta content=\"text/html; charset=gbk\" "
      "http-equiv=Content-Type>",
      html, "gbk");
  assert_label("<meta content=\"text/html; charset=gbk\">", html, "");
  assert_label("<p title=\"<meta charset=gbk>\">", html, "");
  assert_label("<meta charset=bogus><meta charset=big5>", html, "big5");
  assert_label("<meta charset=utf-16>", html, "");
  assert_label("<meta charset=koi8-r>", "text/plain", "");
  assert_label("<?xml version='1.0' encoding='koi8-u'?><a/>", xml, "koi8-u");
  assert_label("<?xml version='1.0'?><a encoding='koi8-u'/>", xml, "");
  assert_label("", html, "");
  sheaf_bytes label =
      sf_charset_of_type(sf_bytes("text/html; Charset=\"gbk\"; q=1"));
  assert_int_equal(label.size, 3);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      {"charset: UTF-8 is borrowed as it is", borrows_utf8, NULL, NULL, NULL},
      {"charset: a byte order mark decides", obeys_marks, NULL, NULL, NULL},
      {"charset: without a mark it is windows-1252", falls_back_to_windows,
       NULL, NULL, NULL},
      {"charset: UTF-8 with a damaged byte stays UTF-8", mends_damaged_utf8,
       NULL, NULL, NULL},
      {"charset: storage that is used again holds the last text only",
       replaces_the_storage, NULL, NULL, NULL},
      {"charset: binary data are refused with the places", refuses_binary, NULL,
       NULL, NULL},
      {"charset: damaged UTF-16 is refused with the place",
       refuses_damaged_utf16, NULL, NULL, NULL},
      {"charset: obeys what is declared", obeys_what_is_declared, NULL, NULL,
       NULL},
      {"charset: believes bytes more than labels",
       believes_bytes_more_than_labels, NULL, NULL, NULL},
      {"charset: finds what documents declare", finds_declarations, NULL, NULL,
       NULL},
  };
  return cmocka_run_group_tests_name("charset", tests, NULL, NULL);
}
