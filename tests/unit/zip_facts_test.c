/// The extra fields of zips: what is written is read, what is not is refused.
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
// cmocka wants the headers above.
#include <cmocka.h>

#include "sheaf/bundle.h"
#include "zip_builder.h"

static const char *const broken[] = {
    "Sf\x02\x00zz",                            // too short,
    "Sf\x0a\x00Sheaf\x01\x00\x00{}",           // of somebody else,
    "Sf\x0a\x00sheaf\x01\xff\x00{}",           // a type beyond its end,
    "Sf\x09\x00sheaf\x01\x00\x00{",            // half an object,
    "Sf\x0a\x00sheaf\x01\x00\x00[]",           // a list,
    "Sf\x11\x00sheaf\x01\x00\x00{\"a\":1}{}",  // two objects.
};
static const size_t sizes[] = {6, 14, 14, 13, 14, 21};

// Describes the only member of a zip with this extra field.
static void open_member(zip_builder *zip, sheaf_bytes extra,
                        sheaf_bundle **bundle, sheaf_member *member) {
  zip_add(zip, (zip_item){.name = "a",
                          .content = "text",
                          .extra = extra.data,
                          .extra_size = extra.size});
  zip_finish(zip, 0, false, "");
  assert_int_equal(
      sheaf_bundle_open_memory(bundle, "test.zip", sf_buffer_bytes(&zip->bytes),
                               NULL, NULL),
      SHEAF_OK);
  assert_int_equal(sheaf_bundle_next(*bundle, member, NULL), SHEAF_OK);
}

static void a_field_is_read(void **state) {
  (void)state;
  static const char field[] = "Sf\x19\x00sheaf\x01\x0a\x00text/plain{\"a\":1}";
  zip_builder zip = {0};
  sheaf_bundle *bundle;
  sheaf_member member;
  sheaf_bytes content;
  open_member(&zip, (sheaf_bytes){field, sizeof field - 1}, &bundle, &member);
  // Reading uses the file on which the field was looked at.
  assert_int_equal(sheaf_bundle_read(bundle, &content, NULL), SHEAF_OK);
  assert_true(sf_bytes_equal(member.name, "a"));
  assert_true(sf_bytes_equal(member.media_type, "text/plain"));
  assert_true(sf_bytes_equal(member.metadata, "{\"a\":1}"));
  sheaf_bundle_close(bundle);
  zip_clear(&zip);
}

static void a_broken_field_is_ignored(void **state) {
  (void)state;
  for (size_t i = 0; i < SF_COUNT(broken); i++) {
    zip_builder zip = {0};
    sheaf_bundle *bundle;
    sheaf_member member;
    open_member(&zip, (sheaf_bytes){broken[i], sizes[i]}, &bundle, &member);
    assert_true(sf_bytes_equal(member.name, "a"));
    assert_int_equal(member.media_type.size, 0);
    assert_int_equal(member.metadata.size, 0);
    sheaf_bundle_close(bundle);
    zip_clear(&zip);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      {"zip: a media type and metadata are read", a_field_is_read, NULL, NULL,
       NULL},
      {"zip: a field that makes no sense is ignored", a_broken_field_is_ignored,
       NULL, NULL, NULL},
  };
  return cmocka_run_group_tests_name("zip_facts", tests, NULL, NULL);
}
