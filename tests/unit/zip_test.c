/// Reading zips that are as they should be, and refusing what is not read.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
// cmocka wants the headers above.
#include <cmocka.h>

#include "zip_outline.h"

// --- Honest zips -----------------------------------------------------------

static void reads_stored_and_deflated(void **state) {
  (void)state;
  zip_builder zip = {0};
  build_three(&zip);
  zip_finish(&zip, 0, false, "");
  assert_zip(&zip, ONE TWO THREE);
}

static void reads_empty_members(void **state) {
  (void)state;
  zip_builder zip = {0};
  zip_add(&zip, (zip_item){.name = "stored", .content = ""});
  zip_add(&zip, (zip_item){.name = "deflated", .content = "", .method = 8});
  zip_finish(&zip, 0, false, "");
  assert_zip(&zip, "stored=\ndeflated=\n");
}

static void reads_zip64(void **state) {
  (void)state;
  zip_builder zip = {0};
  zip_add(&zip, (zip_item){.name = "a", .content = "A", .zip64 = true});
  zip_add(&zip, (zip_item){.name = "b",
                           .content = "BBBBBBBBBBBB",
                           .method = 8,
                           .flags = 8,
                           .zip64 = true});
  zip_finish(&zip, 0, true, "");
  assert_zip(&zip, "a=A\nb=BBBBBBBBBBBB\n");
}

static void converts_names(void **state) {
  (void)state;
  zip_builder zip = {0};
  char extra[] = "up\x0b\0\1....z\xc3\xbcrich";
  extra[2] = 12;
  uint32_t crc = sf_crc32(0, "zuerich", 7);
  for (int i = 0; i < 4; i++) extra[5 + i] = (char)(crc >> 8 * i & 0xff);
  zip_add(&zip, (zip_item){.name = "\x81", .content = ""});
  zip_add(&zip, (zip_item){.name = "\xc3\xbc", .content = "", .flags = 0x800});
  zip_add(&zip, (zip_item){.name = "\xc3\xbc", .content = ""});
  zip_add(&zip, (zip_item){.name = "\xc3\xbc", .content = "", .made_by = 3});
  zip_add(&zip, (zip_item){.name = "\xbc", .content = "", .flags = 0x800});
  zip_add(
      &zip,
      (zip_item){
          .name = "zuerich", .content = "", .extra = extra, .extra_size = 16});
  zip_finish(&zip, 0, false, "");
  assert_zip(&zip, "ü=\nü=\n├╝=\nü=\n╝=\nzürich=\n");
}

static void finds_what_stands_behind_a_prefix(void **state) {
  (void)state;
  for (int i = 0; i < 4; i++) {
    bool absolute = i & 1, zip64 = i & 2;
    zip_builder zip = {0};
    static const char prefix[] = "#!/bin/sh\nexit 1\n";
    sf_buffer_puts(&zip.bytes, prefix);
    build_three(&zip);
    if (!absolute)  // Offsets count from the archive's begin, as zip -A undoes.
      for (size_t at = 0; at + 46 < zip.directory.size; at++)
        if (memcmp(zip.directory.data + at, "PK\1\2", 4) == 0)
          zip.directory.data[at + 42] -= (char)(sizeof prefix - 1);
    zip_finish(&zip, absolute ? 0 : sizeof prefix - 1, zip64, "");
    assert_zip(&zip, ONE TWO THREE);
  }
}

static void is_not_fooled_by_comments(void **state) {
  (void)state;
  zip_builder zip = {0};
  build_three(&zip);
  zip_finish(&zip, 0, false, "a comment PK\5\6 that holds another end .......");
  assert_zip(&zip, ONE TWO THREE);
}

static void ignores_bytes_behind_the_end(void **state) {
  (void)state;
  zip_builder zip = {0};
  build_three(&zip);
  zip_finish(&zip, 0, false, "");
  sf_buffer_puts(&zip.bytes, "junk that somebody appended");
  assert_zip(&zip, ONE TWO THREE);
}

static void tells_types_apart(void **state) {
  (void)state;
  zip_builder zip = {0};
  zip_add(&zip, (zip_item){.name = "d/", .content = ""});
  zip_add(&zip, (zip_item){.name = "odd/", .content = "not so empty"});
  zip_add(&zip, (zip_item){.name = "l",
                           .content = "/etc/passwd",
                           .made_by = 3,
                           .attributes = 0120777u << 16});
  zip_add(&zip, (zip_item){.name = "pipe",
                           .content = "",
                           .made_by = 3,
                           .attributes = 0010644u << 16});
  zip_add(&zip, (zip_item){.name = "-",
                           .content = "what zip read from a pipe",
                           .made_by = 3,
                           .attributes = 0010600u << 16});
  zip_add(&zip, (zip_item){.name = "dos", .content = "", .attributes = 0x10});
  zip_add(&zip, (zip_item){.name = "unix",
                           .content = "",
                           .made_by = 3,
                           .attributes = 0600u << 16 | 0x10});
  zip_finish(&zip, 0, false, "");
  assert_zip(&zip,
             "d/ folder\nodd/=not so empty\nl link\npipe special\n"
             "-=what zip read from a pipe\ndos folder\nunix=\n");
}

static void flags_unsafe_names(void **state) {
  (void)state;
  static const char *const names[] = {"/etc/x", "a/../../x", "..",   "c:\\x",
                                      "\\x",    "a\nb",      "a..b", ".../x"};
  zip_builder zip = {0};
  for (size_t i = 0; i < SF_COUNT(names); i++)
    zip_add(&zip, (zip_item){.name = names[i], .content = ""});
  zip_finish(&zip, 0, false, "");
  assert_zip(&zip,
             "/etc/x unsafe=\na/../../x unsafe=\n.. unsafe=\nc:\\x unsafe=\n"
             "\\x unsafe=\na\nb unsafe=\na..b=\n.../x=\n");
}

static void delivers_duplicates(void **state) {
  (void)state;
  zip_builder zip = {0};
  zip_add(&zip, (zip_item){.name = "a", .content = "first"});
  zip_add(&zip, (zip_item){.name = "a", .content = "second"});
  zip_finish(&zip, 0, false, "");
  assert_zip(&zip, "a=first\na=second\n");
}

static void describes_members(void **state) {
  (void)state;
  zip_builder zip = {0};
  build_three(&zip);
  zip_finish(&zip, 0, false, "");
  sheaf_bundle *bundle = open_bytes(sf_buffer_bytes(&zip.bytes), 100);
  sheaf_member member;
  assert_string_equal(sheaf_bundle_format(bundle), "zip");
  assert_int_equal(sheaf_bundle_seek(bundle, 2, NULL, NULL), SHEAF_OK);
  assert_int_equal(sheaf_bundle_next(bundle, &member, NULL), SHEAF_OK);
  assert_int_equal(member.ordinal, 2);
  assert_int_equal(member.size, 32);
  assert_true(member.packed_size < 32);
  assert_int_equal(member.offset, 30 + 7 + 9);
  assert_int_equal(member.modified, 1767297600);
  assert_int_equal(member.crc32,
                   sf_crc32(0, "the second the second the second", 32));
  assert_int_equal(sheaf_bundle_seek(bundle, 4, NULL, NULL), SHEAF_ENOMEMBER);
  assert_int_equal(sheaf_bundle_seek(bundle, 0, NULL, NULL), SHEAF_ENOMEMBER);
  sheaf_bundle_close(bundle);
  zip_clear(&zip);
}

static int64_t modified_with(const char *extra, size_t size) {
  zip_builder zip = {0};
  sheaf_member member;
  zip_item item = {
      .name = "a", .content = "", .extra = extra, .extra_size = size};
  zip_add(&zip, item);
  zip_finish(&zip, 0, false, "");
  sheaf_bundle *bundle = open_bytes(sf_buffer_bytes(&zip.bytes), 100);
  assert_int_equal(sheaf_bundle_next(bundle, &member, NULL), SHEAF_OK);
  sheaf_bundle_close(bundle);
  zip_clear(&zip);
  return member.modified;
}

static void prefers_exact_times(void **state) {
  (void)state;
  // 2026-01-01 20:00 of MS-DOS; the others are 2001-09-09 01:46:40 UTC.
  assert_int_equal(modified_with("", 0), 1767297600);
  assert_int_equal(modified_with("UT\5\0\1\0\xca\x9a\x3b", 9), 1000000000);
  assert_int_equal(modified_with("UT\5\0\2\0\xca\x9a\x3b", 9), 1767297600);
  assert_int_equal(modified_with("\x0a\0\x20\0....\1\0\x18\0"
                                 "\0\x80\xff\x44\xd1\x38\xc1\1"
                                 "................",
                                 36),
                   1000000000);
}

// --- What is not read ------------------------------------------------------

static void refuses_what_it_does_not_know(void **state) {
  (void)state;
  zip_builder zip = {0};
  zip_add(&zip, (zip_item){.name = "secret", .content = "x", .flags = 1});
  zip_add(&zip, (zip_item){.name = "imploded", .content = "x", .method = 6});
  zip_add(&zip, (zip_item){.name = "good", .content = "x"});
  zip_finish(&zip, 0, false, "");
  assert_zip(&zip, "secret!unsupported\nimploded!unsupported\ngood=x\n");
}

static void refuses_what_is_too_large(void **state) {
  (void)state;
  zip_builder zip = {0};
  sheaf_member member;
  sheaf_bytes content;
  sheaf_error error;
  build_three(&zip);
  zip_finish(&zip, 0, false, "");
  sheaf_bundle *bundle = open_bytes(sf_buffer_bytes(&zip.bytes), 31);
  sheaf_bundle_seek(bundle, 2, NULL, NULL);
  assert_int_equal(sheaf_bundle_next(bundle, &member, NULL), SHEAF_OK);
  assert_int_equal(sheaf_bundle_read(bundle, &content, &error),
                   SHEAF_ETOOLARGE);
  assert_non_null(strstr(error.why, "'two.txt'"));
  assert_non_null(strstr(error.why, "32 bytes, more than the limit of 31"));
  assert_non_null(strstr(error.hint, "--max-document"));
  // Streaming costs no memory and has no limit.
  sf_buffer out = {0};
  assert_int_equal(sheaf_bundle_stream(bundle, keep, &out, NULL), SHEAF_OK);
  assert_int_equal(out.size, 32);
  sf_buffer_clear(&out);
  sheaf_bundle_close(bundle);
  zip_clear(&zip);
}

static void streams_what_is_large(void **state) {
  (void)state;
  const size_t size = (size_t)3 << 20;
  char *text = malloc(size + 1);
  for (size_t i = 0; i < size; i++) text[i] = (char)('a' + (i * i >> 7) % 23);
  text[size] = '\0';
  zip_builder zip = {0};
  zip_add(&zip, (zip_item){.name = "s", .content = text});
  zip_add(&zip, (zip_item){.name = "d", .content = text, .method = 8});
  zip_finish(&zip, 0, false, "");
  for (int damaged = 0; damaged < 2; damaged++) {
    sheaf_bundle *bundle = open_bytes(sf_buffer_bytes(&zip.bytes), 100);
    sheaf_member member;
    while (sheaf_bundle_next(bundle, &member, NULL) == SHEAF_OK) {
      sf_buffer out = {0};
      int code = sheaf_bundle_stream(bundle, keep, &out, NULL);
      assert_int_equal(
          code, damaged && member.ordinal == 1 ? SHEAF_ECHECKSUM : SHEAF_OK);
      assert_int_equal(out.size, size);
      if (!code) assert_memory_equal(out.data, text, size);
      sf_buffer_clear(&out);
    }
    sheaf_bundle_close(bundle);
    zip.bytes.data[size / 2] ^= 4;
  }
  zip_clear(&zip);
  free(text);
}

static int refuse(void *context, const char *data, size_t size) {
  (void)context;
  (void)data;
  (void)size;
  return 7;
}

static void stops_when_the_sink_does(void **state) {
  (void)state;
  zip_builder zip = {0};
  sheaf_member member;
  sheaf_error error = {.code = 99};
  build_three(&zip);
  zip_finish(&zip, 0, false, "");
  sheaf_bundle *bundle = open_bytes(sf_buffer_bytes(&zip.bytes), 100);
  while (sheaf_bundle_next(bundle, &member, NULL) == SHEAF_OK) {
    assert_int_equal(sheaf_bundle_stream(bundle, refuse, NULL, &error), 7);
    assert_int_equal(error.code, 99);
  }
  sheaf_bundle_close(bundle);
  zip_clear(&zip);
}

static void refuses_what_grows_too_much(void **state) {
  (void)state;
  static const struct {
    unsigned ratio;
    int code;
  } limits[] = {{250, SHEAF_ETOOLARGE}, {2000, SHEAF_OK}, {0, SHEAF_OK}};
  size_t size = (size_t)2 << 20;
  char *zeros = calloc(size + 1, 1);
  assert_non_null(zeros);
  memset(zeros, '0', size);
  zip_builder zip = {0};
  zip_add(&zip, (zip_item){.name = "0", .content = zeros, .method = 8});
  zip_finish(&zip, 0, false, "");
  for (size_t i = 0; i < SF_COUNT(limits); i++) {
    sheaf_bundle_options options = SHEAF_BUNDLE_OPTIONS_INIT;
    sheaf_bundle *bundle;
    sheaf_member member;
    sheaf_bytes content;
    options.max_ratio = limits[i].ratio;
    assert_int_equal(
        sheaf_bundle_open_memory(&bundle, "a zip", sf_buffer_bytes(&zip.bytes),
                                 &options, NULL),
        SHEAF_OK);
    assert_int_equal(sheaf_bundle_next(bundle, &member, NULL), SHEAF_OK);
    assert_int_equal(sheaf_bundle_read(bundle, &content, NULL), limits[i].code);
    sheaf_bundle_close(bundle);
  }
  zip_clear(&zip);
  free(zeros);
}

// Reads the only member and returns what is doubted of it.
static int doubt_of(const char *name, const char *local_name, char *extra) {
  zip_builder zip = {0};
  sheaf_bundle *bundle;
  sheaf_member member;
  sheaf_bytes content;
  zip_add(&zip, (zip_item){.name = name,
                           .content = "content",
                           .flags = 0x800,
                           .local_name = local_name,
                           .extra = extra,
                           .extra_size = 11});
  zip_finish(&zip, 0, false, "");
  assert_int_equal(
      sheaf_bundle_open_memory(&bundle, "a zip", sf_buffer_bytes(&zip.bytes),
                               NULL, NULL),
      SHEAF_OK);
  assert_int_equal(sheaf_bundle_next(bundle, &member, NULL), SHEAF_OK);
  assert_int_equal(sheaf_bundle_read(bundle, &content, NULL), SHEAF_OK);
  int code = sheaf_bundle_doubt(bundle, NULL);
  sheaf_bundle_close(bundle);
  zip_clear(&zip);
  return code;
}

static void a_unicode_path_is_the_name(void **state) {
  (void)state;
  char extra[] = "up\x07\0\1....\xc3\xbc";
  uint32_t crc = sf_crc32(0, "ue", 2);
  for (int i = 0; i < 4; i++) extra[5 + i] = (char)(crc >> 8 * i & 0xff);
  assert_int_equal(doubt_of("\xc3\xbc", "ue", extra), SHEAF_OK);
  assert_int_equal(doubt_of("\xc3\xbc", "oe", extra), SHEAF_EDAMAGED);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      {"zip: reads stored and deflated members", reads_stored_and_deflated,
       NULL, NULL, NULL},
      {"zip: reads empty members", reads_empty_members, NULL, NULL, NULL},
      {"zip: reads zip64", reads_zip64, NULL, NULL, NULL},
      {"zip: converts names to UTF-8", converts_names, NULL, NULL, NULL},
      {"zip: a header's Unicode path is its name, and no other name",
       a_unicode_path_is_the_name, NULL, NULL, NULL},
      {"zip: finds what stands behind a prefix",
       finds_what_stands_behind_a_prefix, NULL, NULL, NULL},
      {"zip: is not fooled by comments", is_not_fooled_by_comments, NULL, NULL,
       NULL},
      {"zip: ignores bytes behind the end", ignores_bytes_behind_the_end, NULL,
       NULL, NULL},
      {"zip: tells files, folders, links and devices apart", tells_types_apart,
       NULL, NULL, NULL},
      {"zip: flags unsafe names", flags_unsafe_names, NULL, NULL, NULL},
      {"zip: delivers both of two with one name", delivers_duplicates, NULL,
       NULL, NULL},
      {"zip: describes members and seeks", describes_members, NULL, NULL, NULL},
      {"zip: prefers exact times", prefers_exact_times, NULL, NULL, NULL},
      {"zip: refuses encryption and methods that it does not know",
       refuses_what_it_does_not_know, NULL, NULL, NULL},
      {"zip: refuses what is too large and names the limit",
       refuses_what_is_too_large, NULL, NULL, NULL},
      {"zip: refuses what grows too much", refuses_what_grows_too_much, NULL,
       NULL, NULL},
      {"zip: streams what is larger than the limit", streams_what_is_large,
       NULL, NULL, NULL},
      {"zip: stops when the sink does", stops_when_the_sink_does, NULL, NULL,
       NULL},
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
