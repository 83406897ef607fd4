/// Reading zips: honest ones, damaged ones and malicious ones.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
// cmocka wants the headers above.
#include <cmocka.h>

#include "bundle/bundle.h"
#include "zip_builder.h"

// --- Helpers ---------------------------------------------------------------

static int keep(void *context, const char *data, size_t size) {
  sf_buffer_append(context, data, size);
  return 0;
}

static sheaf_bundle *open_bytes(sheaf_bytes bytes, uint64_t max_document) {
  sheaf_bundle *bundle;
  sf_file *file;
  sheaf_bundle_options options = SHEAF_BUNDLE_OPTIONS_INIT;
  options.max_document = max_document;
  assert_int_equal(sf_file_memory(&file, "test.zip", bytes, NULL), SHEAF_OK);
  assert_int_equal(sf_bundle_open_file(&bundle, file, &options, NULL),
                   SHEAF_OK);
  return bundle;
}

// Writes `=CONTENT` or `!SLUG`, and checks that streaming says the same.
static void outline_content(sheaf_bundle *bundle, sheaf_bundle *streaming,
                            sf_buffer *out) {
  sheaf_bytes content;
  sheaf_error error = {0};
  sf_buffer streamed = {0};
  int code = sheaf_bundle_read(bundle, &content, &error);
  int again = sheaf_bundle_stream(streaming, keep, &streamed, NULL);
  // Only what is read whole has a limit.
  if (code != SHEAF_ETOOLARGE) assert_int_equal(again, code);
  if (code) {
    assert_int_equal(error.code, code);
    assert_true(error.why[0] != '\0');
    sf_buffer_printf(out, "!%s", sheaf_code_slug(code));
  } else {
    assert_int_equal(streamed.size, content.size);
    if (content.size)
      assert_memory_equal(streamed.data, content.data, content.size);
    sf_buffer_printf(out, "=%.*s", (int)content.size, content.data);
  }
  sf_buffer_clear(&streamed);
}

// Describes all members in a line each: NAME and what can be read of it.
static void outline(sheaf_bytes bytes, sf_buffer *out) {
  static const char *const types[] = {"", " folder", " link", " special"};
  sheaf_bundle *bundle = open_bytes(bytes, 1 << 20);
  // Under this limit nothing is read whole.
  sheaf_bundle *streaming = open_bytes(bytes, 0);
  sheaf_member member, same;
  sheaf_error error;
  int code;
  out->size = 0;
  uint64_t ordinal = 0;
  while ((code = sheaf_bundle_next(bundle, &member, &error)) != SHEAF_END) {
    assert_int_equal(sheaf_bundle_next(streaming, &same, NULL), code);
    assert_int_equal(member.ordinal, ++ordinal);
    assert_int_equal(sheaf_code_scope(code ? code : SHEAF_EDAMAGED),
                     SHEAF_SCOPE_DOCUMENT);
    sf_buffer_append(out, member.name.data, member.name.size);
    sf_buffer_puts(out, types[member.type]);
    if (member.flags & SHEAF_MEMBER_UNSAFE_NAME) sf_buffer_puts(out, " unsafe");
    if (code)
      sf_buffer_printf(out, "!%s", sheaf_code_slug(code));
    else if (member.type == SHEAF_MEMBER_FILE)
      outline_content(bundle, streaming, out);
    sf_buffer_putc(out, '\n');
  }
  sheaf_bundle_close(streaming);
  sheaf_bundle_close(bundle);
}

static void assert_outline(sheaf_bytes bytes, const char *expected) {
  sf_buffer out = {0};
  outline(bytes, &out);
  assert_string_equal(sf_buffer_text(&out), expected);
  sf_buffer_clear(&out);
}

static void assert_zip(zip_builder *zip, const char *expected) {
  assert_outline(sf_buffer_bytes(&zip->bytes), expected);
  zip_clear(zip);
}

// Three members that every test of damage starts from.
static void build_three(zip_builder *zip) {
  zip_add(zip, (zip_item){.name = "one.txt", .content = "the first"});
  zip_add(zip, (zip_item){.name = "two.txt",
                          .content = "the second the second the second",
                          .method = 8});
  zip_add(zip, (zip_item){.name = "three.txt",
                          .content = "the third the third the third",
                          .method = 8,
                          .flags = 8});
}

#define ONE   "one.txt=the first\n"
#define TWO   "two.txt=the second the second the second\n"
#define THREE "three.txt=the third the third the third\n"

static size_t find(const zip_builder *zip, const char *text) {
  const char *found =
      memmem(zip->bytes.data, zip->bytes.size, text, strlen(text));
  assert_non_null(found);
  return (size_t)(found - zip->bytes.data);
}

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
  zip_finish(&zip, 0, false, "");
  assert_zip(&zip, "d/ folder\nodd/=not so empty\nl link\npipe special\n");
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
  assert_int_equal(sheaf_bundle_seek(bundle, 2, NULL), SHEAF_OK);
  assert_int_equal(sheaf_bundle_next(bundle, &member, NULL), SHEAF_OK);
  assert_int_equal(member.ordinal, 2);
  assert_int_equal(member.size, 32);
  assert_true(member.packed_size < 32);
  assert_int_equal(member.offset, 30 + 7 + 9);
  assert_int_equal(member.modified, 1767297600);
  assert_int_equal(member.crc32,
                   sf_crc32(0, "the second the second the second", 32));
  assert_int_equal(sheaf_bundle_seek(bundle, 4, NULL), SHEAF_ENOMEMBER);
  assert_int_equal(sheaf_bundle_seek(bundle, 0, NULL), SHEAF_ENOMEMBER);
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
  zip_add(&zip, (zip_item){.name = "lzma", .content = "x", .method = 14});
  zip_add(&zip, (zip_item){.name = "good", .content = "x"});
  zip_finish(&zip, 0, false, "");
  assert_zip(&zip, "secret!unsupported\nlzma!unsupported\ngood=x\n");
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
  sheaf_bundle_seek(bundle, 2, NULL);
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
  for (size_t i = 0; i < size; i++) text[i] = (char)('a' + i * i % 23);
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

// --- Damage ----------------------------------------------------------------

static void a_flipped_byte_fails_one_member(void **state) {
  (void)state;
  zip_builder zip = {0};
  build_three(&zip);
  zip_finish(&zip, 0, false, "");
  zip.bytes.data[find(&zip, "the first")] ^= 1;
  assert_zip(&zip, "one.txt!checksum\n" TWO THREE);
}

// True when both outlines have the same content line, or `out` none of it.
static bool has_line(const char *out, const char *line) {
  const char *equals = strchr(line, '=');
  return strstr(out, equals) != NULL;
}

static void any_flipped_byte_costs_one_member_at_most(void **state) {
  (void)state;
  zip_builder zip = {0};
  sf_buffer out = {0};
  build_three(&zip);
  zip_finish(&zip, 0, false, "");
  for (size_t i = 0; i < zip.bytes.size; i++) {
    for (int bit = 0; bit < 8; bit++) {
      zip.bytes.data[i] ^= (char)(1 << bit);
      outline(sf_buffer_bytes(&zip.bytes), &out);
      const char *text = sf_buffer_text(&out);
      int good =
          has_line(text, ONE) + has_line(text, TWO) + has_line(text, THREE);
      if (good < 2) fail_msg("byte %zu, bit %d: %s", i, bit, text);
      zip.bytes.data[i] ^= (char)(1 << bit);
    }
  }
  sf_buffer_clear(&out);
  zip_clear(&zip);
}

// What a zip of three members gives when only `size` bytes are left of it.
static void expect_cut(const zip_builder *zip, size_t size, size_t directory,
                       sf_buffer *expected) {
  static const char *const lines[] = {ONE, TWO, THREE};
  static const char *const names[] = {"one.txt", "two.txt", "three.txt"};
  expected->size = 0;
  size_t begin = 0;
  for (size_t i = 0; i < 3; i++) {
    char *next = memmem(zip->bytes.data + begin + 4, directory - begin,
                        i < 2 ? "PK\3\4" : "PK\1\2", 4);
    size_t end = (size_t)(next - zip->bytes.data);
    if (size >= end) {
      sf_buffer_puts(expected, lines[i]);
    } else {
      bool named = size >= begin + 30 + strlen(names[i]);
      sf_buffer_printf(expected, "%s!truncated\n",
                       named ? names[i] : " unsafe");
      return;
    }
    begin = end;
  }
  if (size < directory + 4) sf_buffer_puts(expected, " unsafe!truncated\n");
}

static void a_cut_leaves_complete_members(void **state) {
  (void)state;
  zip_builder zip = {0};
  sf_buffer expected = {0};
  build_three(&zip);
  size_t directory = zip.bytes.size;
  zip_finish(&zip, 0, false, "");
  for (size_t size = 4; size < zip.bytes.size; size++) {
    expect_cut(&zip, size, directory, &expected);
    // A copy of its own, so that reading beyond it is found.
    char *copy = malloc(size);
    memcpy(copy, zip.bytes.data, size);
    assert_outline((sheaf_bytes){copy, size}, sf_buffer_text(&expected));
    free(copy);
  }
  sf_buffer_clear(&expected);
  zip_clear(&zip);
}

static void says_where_it_was_cut(void **state) {
  (void)state;
  zip_builder zip = {0};
  sheaf_member member;
  sheaf_error error;
  build_three(&zip);
  sheaf_bundle *bundle = open_bytes((sheaf_bytes){zip.bytes.data, 60}, 100);
  sheaf_bundle_seek(bundle, 2, NULL);
  assert_int_equal(sheaf_bundle_next(bundle, &member, &error),
                   SHEAF_ETRUNCATED);
  assert_string_equal(error.what, "test.zip");
  assert_non_null(strstr(error.why, "at byte 46"));
  assert_non_null(strstr(error.why, "cut off at byte 60"));
  assert_int_equal(sheaf_bundle_next(bundle, &member, &error), SHEAF_END);
  sheaf_bundle_close(bundle);
  zip_clear(&zip);
}

static void finds_entries_without_a_directory(void **state) {
  (void)state;
  for (int bare = 0; bare < 2; bare++) {
    for (int zip64 = 0; zip64 < 2; zip64++) {
      zip_builder zip = {0};
      zip_item item = {.name = "a",
                       .content = "aaaaaaaaaaaaaaaaaaaa",
                       .method = 8,
                       .flags = 8,
                       .zip64 = zip64,
                       .bare_descriptor = bare};
      zip_add(&zip, item);
      zip_add(&zip, (zip_item){.name = "e",
                               .content = "",
                               .method = 8,
                               .flags = 8,
                               .zip64 = zip64,
                               .bare_descriptor = bare});
      if (!bare) sf_buffer_puts(&zip.bytes, "junk");
      item.name = "b";
      zip_add(&zip, item);
      zip.directory.data[zip64 ? 75 : 47] = 'X';  // The second record.
      zip_finish(&zip, 0, zip64, "");
      assert_zip(&zip, "a=aaaaaaaaaaaaaaaaaaaa\ne=\nb=aaaaaaaaaaaaaaaaaaaa\n");
    }
  }
}

static void a_wrong_size_hides_no_other_entry(void **state) {
  (void)state;
  zip_builder zip = {0};
  build_three(&zip);
  zip.bytes.data[22] = zip.bytes.data[18] = 40;
  sf_buffer_puts(&zip.bytes, "PK\1\2");
  assert_zip(&zip, "one.txt!damaged\n" TWO THREE);
}

static void the_directory_goes_before_local_headers(void **state) {
  (void)state;
  zip_builder zip = {0};
  zip_add(&zip, (zip_item){.name = "right",
                           .content = "content",
                           .local_name = "quite wrong"});
  zip_finish(&zip, 0, false, "");
  memset(zip.bytes.data + 6, 0xff, 20);  // All from the flags to the size.
  assert_zip(&zip, "right=content\n");
}

static void a_count_that_lies_is_not_believed(void **state) {
  (void)state;
  static const unsigned counts[] = {0, 1, 2, 4, 65535};
  for (size_t i = 0; i < SF_COUNT(counts); i++) {
    zip_builder zip = {0};
    build_three(&zip);
    zip.count = counts[i];
    zip_finish(&zip, 0, false, "");
    assert_zip(&zip, ONE TWO THREE);
  }
}

static void a_missing_zip64_field_fails_one_member(void **state) {
  (void)state;
  zip_builder zip = {0};
  zip_add(&zip, (zip_item){.name = "a", .content = "A", .zip64 = true});
  zip_add(&zip, (zip_item){.name = "b", .content = "B"});
  zip.directory.data[46 + 1] = 9;  // The field is another one now.
  zip_finish(&zip, 0, false, "");
  assert_zip(&zip, "a!damaged\nb=B\n");
}

static void refuses_entries_that_overlap(void **state) {
  (void)state;
  zip_builder zip = {0};
  build_three(&zip);
  // A second record of the first entry, and one whose data hold the next.
  zip_item item = {.name = "again", .content = "the first"};
  put_record(&zip, &item, sf_crc32(0, "the first", 9), 9, 0);
  zip_finish(&zip, 0, false, "");
  assert_outline(sf_buffer_bytes(&zip.bytes), ONE TWO THREE "again!damaged\n");
  size_t record = find(&zip, "PK\1\2");
  zip.bytes.data[record + 20] = zip.bytes.data[record + 24] = 60;
  assert_zip(&zip, "one.txt!damaged\n" TWO THREE "again!damaged\n");
}

static void reads_a_zip_behind_a_zip(void **state) {
  (void)state;
  zip_builder first = {0}, second = {0};
  zip_add(&first, (zip_item){.name = "a", .content = "A"});
  zip_finish(&first, 0, false, "");
  zip_add(&second, (zip_item){.name = "b", .content = "B"});
  zip_finish(&second, 0, false, "");
  sf_buffer_append(&first.bytes, second.bytes.data, second.bytes.size);
  zip_clear(&second);
  assert_zip(&first, "a=A\nb=B\n");
}

static void an_empty_zip_has_no_members(void **state) {
  (void)state;
  zip_builder zip = {0};
  zip_finish(&zip, 0, false, "nothing in it");
  assert_zip(&zip, "");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      {"zip: reads stored and deflated members", reads_stored_and_deflated,
       NULL, NULL, NULL},
      {"zip: reads empty members", reads_empty_members, NULL, NULL, NULL},
      {"zip: reads zip64", reads_zip64, NULL, NULL, NULL},
      {"zip: converts names to UTF-8", converts_names, NULL, NULL, NULL},
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
      {"zip: streams what is larger than the limit", streams_what_is_large,
       NULL, NULL, NULL},
      {"zip: stops when the sink does", stops_when_the_sink_does, NULL, NULL,
       NULL},
      {"zip: a flipped byte fails that member only",
       a_flipped_byte_fails_one_member, NULL, NULL, NULL},
      {"zip: any flipped bit costs one member at most",
       any_flipped_byte_costs_one_member_at_most, NULL, NULL, NULL},
      {"zip: a cut anywhere leaves the complete members and one error",
       a_cut_leaves_complete_members, NULL, NULL, NULL},
      {"zip: says where it was cut", says_where_it_was_cut, NULL, NULL, NULL},
      {"zip: finds entries without a directory",
       finds_entries_without_a_directory, NULL, NULL, NULL},
      {"zip: a wrong size hides no other entry",
       a_wrong_size_hides_no_other_entry, NULL, NULL, NULL},
      {"zip: the directory goes before local headers",
       the_directory_goes_before_local_headers, NULL, NULL, NULL},
      {"zip: a count that lies is not believed",
       a_count_that_lies_is_not_believed, NULL, NULL, NULL},
      {"zip: a missing zip64 field fails one member",
       a_missing_zip64_field_fails_one_member, NULL, NULL, NULL},
      {"zip: refuses entries that overlap", refuses_entries_that_overlap, NULL,
       NULL, NULL},
      {"zip: reads a zip behind a zip", reads_a_zip_behind_a_zip, NULL, NULL,
       NULL},
      {"zip: an empty zip has no members", an_empty_zip_has_no_members, NULL,
       NULL, NULL},
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
