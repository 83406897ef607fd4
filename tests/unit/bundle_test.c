/// Opening bundles: formats by content, folders and plain files.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
// cmocka wants the headers above.
#include <cmocka.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bundle/bundle.h"

static int make_folder(void **state) {
  char *folder = strdup("/tmp/sheaf-bundle-XXXXXX");
  *state = folder;
  return folder && mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int remove_folder(void **state) {
  char command[100];
  snprintf(command, sizeof command, "rm -rf %s", (char *)*state);
  int failed = chdir("/") || system(command);
  free(*state);
  return failed;
}

static void write_file(const char *path, const char *text) {
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  fputs(text, file);
  fclose(file);
}

static sheaf_bundle *open_with(const char *path,
                               const sheaf_bundle_options *options) {
  sheaf_bundle *bundle;
  sheaf_error error;
  if (sheaf_bundle_open(&bundle, path, options, &error))
    fail_msg("%s", error.why);
  return bundle;
}

static sheaf_bundle *open_bundle(const char *path) {
  return open_with(path, NULL);
}

static int keep(void *context, const char *data, size_t size) {
  sf_buffer_append(context, data, size);
  return 0;
}

// Describes a member in a line: NAME, type, and its content or error.
static void outline_member(sheaf_bundle *bundle, const sheaf_member *member,
                           int code, sf_buffer *out) {
  static const char *const types[] = {"", " folder", " link", " special"};
  sheaf_bytes content = {"", 0};
  sf_buffer streamed = {0};
  sf_buffer_append(out, member->name.data, member->name.size);
  sf_buffer_puts(out, types[member->type]);
  if (!code && member->type == SHEAF_MEMBER_FILE) {
    code = sheaf_bundle_read(bundle, &content, NULL);
    sf_buffer_putc(out, '=');
    sf_buffer_append(out, content.data, content.size);
    assert_int_equal(sheaf_bundle_stream(bundle, keep, &streamed, NULL), code);
    if (!code) assert_int_equal(streamed.size, member->size);
  }
  if (code) sf_buffer_printf(out, "!%s", sheaf_code_slug(code));
  sf_buffer_putc(out, '\n');
  sf_buffer_clear(&streamed);
}

static void assert_bundle(sheaf_bundle *bundle, const char *expected) {
  sheaf_member member;
  sf_buffer out = {0};
  uint64_t ordinal = 0;
  int code;
  while ((code = sheaf_bundle_next(bundle, &member, NULL)) != SHEAF_END) {
    assert_int_equal(member.ordinal, ++ordinal);
    outline_member(bundle, &member, code, &out);
  }
  assert_string_equal(sf_buffer_text(&out), expected);
  sf_buffer_clear(&out);
  sheaf_bundle_close(bundle);
}

// --- Opening ---------------------------------------------------------------

static void a_missing_bundle_is_named(void **state) {
  (void)state;
  sheaf_bundle *bundle;
  sheaf_error error;
  assert_int_equal(sheaf_bundle_open(&bundle, "none.zip", NULL, &error),
                   SHEAF_EOPEN);
  assert_string_equal(error.what, "none.zip");
  assert_string_equal(error.why, "no such file");
  assert_null(bundle);
  assert_int_equal(mkfifo("pipe", 0600), 0);
  assert_int_equal(sheaf_bundle_open(&bundle, "pipe", NULL, &error),
                   SHEAF_EOPEN);
}

static void formats_are_chosen_by_content(void **state) {
  (void)state;
  static const struct {
    const char *name, *text, *format;
  } files[] = {
      {"a.zip", "not a zip", "file"},
      {"b.txt", "PK\3\4 is how a zip begins", "zip"},
      {"c", "", "file"},
      {"d", "PK", "file"},
  };
  for (size_t i = 0; i < SF_COUNT(files); i++) {
    write_file(files[i].name, files[i].text);
    sheaf_bundle *bundle = open_bundle(files[i].name);
    assert_string_equal(sheaf_bundle_format(bundle), files[i].format);
    sheaf_bundle_close(bundle);
  }
  sheaf_bundle *bundle = open_bundle(".");
  assert_string_equal(sheaf_bundle_format(bundle), "folder");
  sheaf_bundle_close(bundle);
}

// --- Plain files -----------------------------------------------------------

static void a_plain_file_is_one_member(void **state) {
  (void)state;
  assert_int_equal(mkdir("deep", 0700), 0);
  write_file("deep/plain.txt", "content");
  assert_bundle(open_bundle("deep/plain.txt"), "plain.txt=content\n");
  write_file("empty", "");
  assert_bundle(open_bundle("empty"), "empty=\n");
}

static void a_plain_file_has_a_limit(void **state) {
  (void)state;
  sheaf_bundle *bundle;
  sheaf_member member;
  sheaf_bytes content;
  sheaf_error error;
  sheaf_bundle_options options = SHEAF_BUNDLE_OPTIONS_INIT;
  options.max_document = 6;
  write_file("plain", "content");
  assert_int_equal(sheaf_bundle_open(&bundle, "plain", &options, NULL), 0);
  assert_int_equal(sheaf_bundle_next(bundle, &member, NULL), SHEAF_OK);
  assert_true(member.modified > 1700000000);
  assert_int_equal(sheaf_bundle_read(bundle, &content, &error),
                   SHEAF_ETOOLARGE);
  assert_string_equal(error.why, "7 bytes, more than the limit of 6");
  assert_int_equal(sheaf_bundle_next(bundle, &member, NULL), SHEAF_END);
  // There is no current member now.
  assert_int_equal(sheaf_bundle_read(bundle, &content, &error),
                   SHEAF_ENOMEMBER);
  assert_int_equal(sheaf_bundle_seek(bundle, 2, NULL, &error), SHEAF_ENOMEMBER);
  assert_int_equal(sheaf_bundle_seek(bundle, 1, NULL, &error), SHEAF_OK);
  assert_int_equal(sheaf_bundle_next(bundle, &member, NULL), SHEAF_OK);
  sheaf_bundle_close(bundle);
}

// --- Folders ---------------------------------------------------------------

static void make_tree(void) {
  static const char *const folders[] = {"t", "t/a", "t/a/deep", "t/empty"};
  for (size_t i = 0; i < SF_COUNT(folders); i++)
    assert_int_equal(mkdir(folders[i], 0700), 0);
  write_file("t/a/z", "1");
  write_file("t/a/deep/x", "2");
  write_file("t/a.txt", "3");
  write_file("t/\xc3\xa9", "4");
  write_file("t/B", "5");
}

static void a_folder_is_in_byte_order(void **state) {
  (void)state;
  make_tree();
  // '.' stands before '/', and capitals before small letters.
  assert_bundle(open_bundle("t"),
                "B=5\na.txt=3\na/deep/x=2\na/z=1\n\xc3\xa9=4\n");
  assert_bundle(open_bundle("t/"),
                "B=5\na.txt=3\na/deep/x=2\na/z=1\n\xc3\xa9=4\n");
  assert_bundle(open_bundle("t/empty"), "");
}

static void a_folder_can_be_sought_in(void **state) {
  (void)state;
  sheaf_member member;
  sheaf_bytes content;
  make_tree();
  sheaf_bundle *bundle = open_bundle("t");
  for (uint64_t ordinal = 5; ordinal > 0; ordinal--) {
    assert_int_equal(sheaf_bundle_seek(bundle, ordinal, NULL, NULL), SHEAF_OK);
    assert_int_equal(sheaf_bundle_next(bundle, &member, NULL), SHEAF_OK);
    assert_int_equal(member.ordinal, ordinal);
    assert_int_equal(sheaf_bundle_read(bundle, &content, NULL), SHEAF_OK);
    assert_int_equal(content.data[0], "53214"[ordinal - 1]);
  }
  assert_int_equal(sheaf_bundle_seek(bundle, 6, NULL, NULL), SHEAF_ENOMEMBER);
  sheaf_bundle_close(bundle);
}

static void links_are_told_of_and_never_followed(void **state) {
  (void)state;
  assert_int_equal(mkdir("t", 0700), 0);
  assert_int_equal(symlink("/etc/passwd", "t/file"), 0);
  assert_int_equal(symlink(".", "t/loop"), 0);
  assert_int_equal(mkfifo("t/pipe", 0600), 0);
  assert_bundle(open_bundle("t"), "file link\nloop link\npipe special\n");
}

static void what_vanishes_costs_itself_only(void **state) {
  (void)state;
  make_tree();
  sheaf_bundle *bundle = open_bundle("t");
  assert_int_equal(unlink("t/a.txt"), 0);
  assert_bundle(bundle,
                "B=5\na.txt=!unreadable\na/deep/x=2\na/z=1\n"
                "\xc3\xa9=4\n");
}

static void what_is_swapped_for_a_link_is_not_followed(void **state) {
  (void)state;
  make_tree();
  sheaf_bundle *bundle = open_bundle("t");
  // The same names would be found behind the links.
  assert_int_equal(rename("t/a", "moved"), 0);
  assert_int_equal(symlink("../moved", "t/a"), 0);
  assert_int_equal(rename("t/B", "B"), 0);
  assert_int_equal(symlink("../B", "t/B"), 0);
  assert_int_equal(unlink("t/a.txt"), 0);
  assert_int_equal(mkfifo("t/a.txt", 0600), 0);
  assert_bundle(bundle,
                "B=!unreadable\na.txt=!unreadable\na/deep/x=!unreadable\n"
                "a/z=!unreadable\n\xc3\xa9=4\n");
}

static void what_cannot_be_read_costs_itself_only(void **state) {
  (void)state;
  if (geteuid() == 0) skip();  // Root may read everything.
  make_tree();
  assert_int_equal(chmod("t/B", 0), 0);
  assert_int_equal(chmod("t/a/deep", 0), 0);
  sheaf_bundle *bundle = open_bundle("t");
  assert_bundle(bundle,
                "B=!unreadable\na.txt=3\na/deep folder!unreadable\n"
                "a/z=1\n\xc3\xa9=4\n");
  assert_int_equal(chmod("t/a/deep", 0700), 0);
}

static void errors_name_the_member(void **state) {
  (void)state;
  sheaf_member member;
  sheaf_bytes content;
  sheaf_error error;
  make_tree();
  sheaf_bundle *bundle = open_bundle("t");
  assert_int_equal(unlink("t/B"), 0);
  assert_int_equal(sheaf_bundle_next(bundle, &member, NULL), SHEAF_OK);
  assert_int_equal(sheaf_bundle_read(bundle, &content, &error),
                   SHEAF_EUNREADABLE);
  assert_string_equal(error.what, "t");
  assert_string_equal(
      error.why, "member 'B': cannot be opened: No such file or directory");
  sheaf_bundle_close(bundle);
}

// --- Limits ----------------------------------------------------------------

static void the_member_too_many_is_the_last(void **state) {
  (void)state;
  sheaf_bundle_options options = SHEAF_BUNDLE_OPTIONS_INIT;
  sheaf_member member;
  options.max_members = 2;
  make_tree();
  assert_bundle(open_with("t", &options), "B=5\na.txt=3\na/deep/x!too-large\n");
  // As a worker does, who starts somewhere within.
  sheaf_bundle *bundle = open_with("t", &options);
  assert_int_equal(sheaf_bundle_seek(bundle, 4, NULL, NULL), SHEAF_OK);
  assert_int_equal(sheaf_bundle_next(bundle, &member, NULL), SHEAF_ETOOLARGE);
  assert_int_equal(sheaf_bundle_next(bundle, &member, NULL), SHEAF_END);
  sheaf_bundle_close(bundle);
}

static void a_name_too_long_is_cut_between_characters(void **state) {
  (void)state;
  sheaf_bundle_options options = SHEAF_BUNDLE_OPTIONS_INIT;
  options.max_name = 3;
  assert_int_equal(mkdir("names", 0700), 0);
  write_file("names/abc", "1");
  write_file("names/ab\xc3\xa9", "2");
  assert_bundle(open_with("names", &options), "abc=1\nab!too-large\n");
}

#define IN_FOLDER(sentence, test) \
  { sentence, test, make_folder, remove_folder, NULL }

int main(void) {
  const struct CMUnitTest tests[] = {
      IN_FOLDER("bundle: a missing bundle is named", a_missing_bundle_is_named),
      IN_FOLDER("bundle: formats are chosen by content",
                formats_are_chosen_by_content),
      IN_FOLDER("bundle: a plain file is one member",
                a_plain_file_is_one_member),
      IN_FOLDER("bundle: a plain file has a limit", a_plain_file_has_a_limit),
      IN_FOLDER("folder: members come in byte order of their names",
                a_folder_is_in_byte_order),
      IN_FOLDER("folder: can be sought in", a_folder_can_be_sought_in),
      IN_FOLDER("folder: links are told of and never followed",
                links_are_told_of_and_never_followed),
      IN_FOLDER("folder: what vanishes costs itself only",
                what_vanishes_costs_itself_only),
      IN_FOLDER("folder: what is swapped for a link is not followed",
                what_is_swapped_for_a_link_is_not_followed),
      IN_FOLDER("folder: what cannot be read costs itself only",
                what_cannot_be_read_costs_itself_only),
      IN_FOLDER("folder: errors name the member", errors_name_the_member),
      IN_FOLDER("limits: the member that is too many is the last",
                the_member_too_many_is_the_last),
      IN_FOLDER("limits: a name that is too long is cut between characters",
                a_name_too_long_is_cut_between_characters),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
