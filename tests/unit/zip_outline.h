/// Describes what is read of a zip as text, for tests to compare.
#ifndef ZIP_OUTLINE_H
#define ZIP_OUTLINE_H

#include "bundle/bundle.h"
#include "zip_builder.h"

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

#endif
