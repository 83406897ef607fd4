/// The library as an application uses it: through sheaf/sheaf.h alone.
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
// cmocka wants the headers above.
#include <cmocka.h>

#include "sheaf/sheaf.h"

#define BUNDLE FIXTURES "/resolutions.zip"

static void assert_ok(int code, const sheaf_error *error) {
  if (code != SHEAF_OK)
    fail_msg("%s: %s (%s)", error->what, error->why, error->hint);
}

// --- A folder for what is written ------------------------------------------

static int make_folder(void **state) {
  char *folder = strdup("/tmp/sheaf-test-XXXXXX");
  if (!folder || !mkdtemp(folder)) return -1;
  *state = folder;
  return 0;
}

static int remove_entry(const char *path, const struct stat *status, int type,
                        struct FTW *walk) {
  (void)status, (void)type, (void)walk;
  return remove(path);
}

static int remove_folder(void **state) {
  int code = nftw(*state, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
  free(*state);
  return code;
}

// --- The tests -------------------------------------------------------------

static void bundles_are_read(void **state) {
  (void)state;
  sheaf_bundle *bundle;
  sheaf_member member;
  sheaf_bytes content;
  sheaf_error error;
  size_t members = 0, bytes = 0;
  assert_ok(sheaf_bundle_open(&bundle, BUNDLE, NULL, &error), &error);
  while (sheaf_bundle_next(bundle, &member, &error) == SHEAF_OK) {
    assert_ok(sheaf_bundle_read(bundle, &content, &error), &error);
    members++;
    bytes += content.size;
  }
  assert_int_equal(members, 12);
  assert_int_equal(bytes, 56463);
  sheaf_bundle_close(bundle);
}

static void documents_take_spans(void **state) {
  (void)state;
  sheaf_doc *doc;
  sheaf_span span;
  sheaf_error error;
  sheaf_value attributes;
  sheaf_bytes text = {"See A/RES/1/1.", 14}, name = {"a.txt", 5};
  assert_ok(sheaf_doc_new(&doc, "1/1/a.txt", "b.zip", name, text, &error),
            &error);
  assert_int_equal(sheaf_value_map(&attributes), SHEAF_OK);
  sheaf_value_set_string(&attributes, "type", "resolution");
  sheaf_value_set_string(&attributes, "symbol", "A/RES/1/1");
  assert_ok(sheaf_doc_add(doc, "citation", 4, 13, &attributes, &error), &error);
  sheaf_value_clear(&attributes);
  assert_int_equal(sheaf_doc_span(doc, "citation", 0, &span), SHEAF_OK);
  assert_int_equal(span.to, 13);
  static const char wanted[] =
      "{\"symbol\":\"A/RES/1/1\",\"type\":\"resolution\"}";
  assert_int_equal(span.attributes.size, sizeof wanted - 1);
  assert_memory_equal(span.attributes.data, wanted, sizeof wanted - 1);
  assert_int_equal(sheaf_doc_span(doc, "citation", 1, &span), SHEAF_END);
  sheaf_doc_free(doc);
}

static void runs_need_no_program(void **state) {
  sheaf_step steps[] = {{"extract.citations", NULL, NULL},
                        {"export.jsonl", NULL, NULL}};
  const char *bundles[] = {BUNDLE};
  char output[64];
  snprintf(output, sizeof output, "%s/out", (const char *)*state);
  sheaf_run_options options = SHEAF_RUN_OPTIONS_INIT;
  options.steps = steps;
  options.step_count = 2;
  options.bundles = bundles;
  options.bundle_count = 1;
  options.output = output;
  options.workers = 0;
  sheaf_progress progress;
  sheaf_error error;
  assert_ok(sheaf_run(&options, &progress, &error), &error);
  assert_int_equal(progress.documents, 12);
  assert_int_equal(progress.status[SHEAF_ROW_OK], 12);
  assert_int_equal(progress.bytes_in, 56463);
  assert_int_equal(sheaf_run(&options, NULL, &error), SHEAF_EEXISTS);
}

static void shells_are_independent(void **state) {
  (void)state;
  sheaf_shell *one, *two;
  sheaf_error error;
  assert_ok(sheaf_shell_new(&one, NULL, &error), &error);
  assert_ok(sheaf_shell_new(&two, NULL, &error), &error);
  assert_ok(sheaf_shell_string(one, "x = 1", "one", &error), &error);
  assert_ok(sheaf_shell_string(two, "assert(x == nil)", "two", &error), &error);
  assert_int_equal(sheaf_shell_string(two, "local y = x.z", "two", &error),
                   SHEAF_EPLUGIN);
  assert_non_null(strstr(error.why, "attempt to index a nil value"));
  assert_ok(sheaf_shell_string(one, "assert(x == 1)", "one", &error), &error);
  sheaf_shell_free(two);
  sheaf_shell_free(one);
}

static void plugins_are_listed(void **state) {
  (void)state;
  sheaf_value list;
  sheaf_error error;
  assert_ok(sheaf_plugin_list(&list, NULL, &error), &error);
  assert_true(sheaf_value_count(&list) > 0);
  for (size_t i = 0; i < sheaf_value_count(&list); i++) {
    const sheaf_value *manifest = sheaf_value_at(&list, i);
    assert_null(sheaf_value_get(manifest, "error"));
    assert_non_null(sheaf_value_get_string(manifest, "name", NULL));
  }
  sheaf_value_clear(&list);
}

static void the_build_is_described(void **state) {
  (void)state;
  sheaf_value facts;
  sheaf_error error;
  assert_ok(sheaf_describe(&facts, &error), &error);
  assert_string_equal(sheaf_value_get_string(&facts, "sheaf", ""),
                      sheaf_version());
  assert_non_null(strstr(sheaf_value_get_string(&facts, "lua", ""), "Lua 5.4"));
  static const char *const modules[] = {"pcre2", "readline", "luv"};
  for (size_t i = 0; i < sizeof modules / sizeof modules[0]; i++) {
    const char *fact = sheaf_value_get_string(&facts, modules[i], "");
    assert_true(strcmp(fact, "found") == 0 || strstr(fact, "Debian: "));
  }
  sheaf_value_clear(&facts);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      {"sheaf: bundles are read", bundles_are_read, 0, 0, 0},
      {"sheaf: documents take spans", documents_take_spans, 0, 0, 0},
      {"sheaf: runs need no program", runs_need_no_program, make_folder,
       remove_folder, 0},
      {"sheaf: shells are independent", shells_are_independent, 0, 0, 0},
      {"sheaf: plugins are listed", plugins_are_listed, 0, 0, 0},
      {"sheaf: the build is described", the_build_is_described, 0, 0, 0},
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
