/// Reading zips that are damaged, cut off or malicious.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
// cmocka wants the headers above.
#include <cmocka.h>

#include "zip_outline.h"

static size_t find(const zip_builder *zip, const char *text) {
  const char *found =
      memmem(zip->bytes.data, zip->bytes.size, text, strlen(text));
  assert_non_null(found);
  return (size_t)(found - zip->bytes.data);
}

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

// The members of a zip of three that are whole in `bytes`.
static int whole_ones(sheaf_bytes bytes, sf_buffer *out) {
  outline(bytes, out);
  const char *text = sf_buffer_text(out);
  return has_line(text, ONE) + has_line(text, TWO) + has_line(text, THREE);
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
      if (whole_ones(sf_buffer_bytes(&zip.bytes), &out) < 2)
        fail_msg("byte %zu, bit %d: %s", i, bit, sf_buffer_text(&out));
      zip.bytes.data[i] ^= (char)(1 << bit);
    }
  }
  sf_buffer_clear(&out);
  zip_clear(&zip);
}

static void bytes_lost_or_added_cost_one_member_at_most(void **state) {
  (void)state;
  zip_builder zip = {0};
  sf_buffer out = {0}, changed = {0};
  build_three(&zip);
  zip_finish(&zip, 0, false, "");
  sheaf_bytes whole = sf_buffer_bytes(&zip.bytes);
  for (size_t i = 0; i < whole.size; i++) {
    for (int added = 0; added < 2; added++) {
      changed.size = 0;
      sf_buffer_append(&changed, whole.data, i);
      if (added) sf_buffer_puts(&changed, "added");
      sf_buffer_append(&changed, whole.data + i + !added,
                       whole.size - i - !added);
      int good = whole_ones(sf_buffer_bytes(&changed), &out);
      if (good < 2) fail_msg("byte %zu: %s", i, sf_buffer_text(&out));
    }
  }
  sf_buffer_clear(&changed);
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
  sheaf_bundle_seek(bundle, 2, NULL, NULL);
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
      {"zip: a flipped byte fails that member only",
       a_flipped_byte_fails_one_member, NULL, NULL, NULL},
      {"zip: any flipped bit costs one member at most",
       any_flipped_byte_costs_one_member_at_most, NULL, NULL, NULL},
      {"zip: bytes lost or added cost one member at most",
       bytes_lost_or_added_cost_one_member_at_most, NULL, NULL, NULL},
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
