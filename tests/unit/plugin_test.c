/// Manifests, options and the plugin path.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
// cmocka wants the headers above.
#include <cmocka.h>

#include "plugin/plugin.h"

#define FACTS                                              \
  "\"name\":\"test.one\",\"version\":\"1.0.0\",\"api\":1," \
  "\"language\":\"lua\",\"main\":\"main.lua\",\"summary\":\"For tests.\""
#define STAGE ",\"stage\":\"extract\""
#define OPTIONS                                                             \
  ",\"options\":{\"size\":{\"type\":\"int\",\"default\":3,\"min\":1,"       \
  "\"max\":9,\"doc\":\"Size.\"},\"mode\":{\"type\":\"string\",\"default\":" \
  "\"a\",\"enum\":[\"a\",\"b\"],\"doc\":\"Mode.\"},\"names\":{\"type\":"    \
  "\"list\",\"default\":[],\"doc\":\"Names.\"},\"part\":{\"type\":"         \
  "\"float\",\"default\":1,\"max\":2,\"doc\":\"Part.\"}}"

static char folder[] = "/tmp/sheaf-plugin-XXXXXX";
static char file[sizeof folder + 16];

static int make_folder(void **state) {
  (void)state;
  if (!mkdtemp(folder)) return -1;
  snprintf(file, sizeof file, "%s/plugin.json", folder);
  return 0;
}

static int remove_folder(void **state) {
  (void)state;
  unlink(file);
  return rmdir(folder);
}

static int load(const char *json, sf_manifest *manifest, sheaf_error *error) {
  FILE *stream = fopen(file, "w");
  assert_non_null(stream);
  fputs(json, stream);
  assert_int_equal(fclose(stream), 0);
  return sf_manifest_load(manifest, folder, NULL, error);
}

static void assert_refused(const char *json, const char *why,
                           const char *hint) {
  sf_manifest manifest;
  sheaf_error error;
  assert_int_equal(load(json, &manifest, &error), SHEAF_EMANIFEST);
  assert_non_null(strstr(error.what, "plugin.json"));
  if (!strstr(error.why, why)) fail_msg("'%s' has no '%s'", error.why, why);
  if (!strstr(error.hint, hint)) fail_msg("'%s' has no '%s'", error.hint, hint);
}

static void reads_a_manifest(void **state) {
  (void)state;
  sf_manifest manifest;
  sheaf_error error;
  assert_int_equal(
      load("{" FACTS STAGE ",\"limits\":{\"memory_mb\":8}}", &manifest, &error),
      SHEAF_OK);
  assert_string_equal(manifest.name, "test.one");
  assert_int_equal(manifest.stage, SF_STAGE_EXTRACT);
  assert_int_equal(manifest.memory_limit, 8 << 20);
  assert_int_equal(sf_manifest_output_count(&manifest), 0);
  sf_manifest_clear(&manifest);
}

static void refuses_what_is_wrong(void **state) {
  (void)state;
  assert_refused("{", "line 1", "");
  assert_refused("{" FACTS "}", "'stage' is missing", "");
  assert_refused("{" FACTS STAGE ",\"sumary\":\"\"}", "unknown key 'sumary'",
                 "'summary'");
  assert_refused("{" FACTS STAGE ",\"permissions\":{\"nett\":true}}",
                 "permissions: unknown key 'nett'", "'net'");
  assert_refused("{" FACTS STAGE ",\"permissions\":{\"net\":[\"a.org\"]}}",
                 "'net' is of type list, expected bool", "");
  assert_refused("{" FACTS STAGE ",\"permissions\":{\"read\":[\"x\"]}}",
                 "'x', which is no path that begins with '/'", "");
  assert_refused("{" FACTS STAGE ",\"reads\":1}", "'reads' is of type int", "");
  assert_refused("{" FACTS ",\"stage\":\"extra\"}", "'stage' is 'extra'",
                 "did you mean 'extract'?");
  assert_refused("{" FACTS ",\"stage\":\"export\"}", "'outputs' is missing",
                 "");
  assert_refused("{" FACTS ",\"stage\":\"export\",\"outputs\":[]}",
                 "'outputs' is missing", "");
  assert_refused("{" FACTS STAGE ",\"outputs\":[{\"name\":\"a\"}]}",
                 "'outputs' is not for plugins of the stage 'extract'",
                 "export");
  assert_refused("{" FACTS ",\"stage\":\"reduce\"}", "'outputs'", "");
  assert_refused("{" FACTS STAGE ",\"spool\":true}", "'spool'", "");
  assert_refused("{" FACTS STAGE ",\"limits\":{\"cpu_m\":1}}", "'cpu_m'",
                 "'cpu_ms'");
  assert_refused("{" FACTS STAGE
                 ",\"options\":{\"x\":{\"type\":\"number\","
                 "\"doc\":\"\",\"default\":1}}}",
                 "options 'x': 'type' is 'number'", "float");
  assert_refused("{" FACTS
                 ",\"stage\":\"export\",\"outputs\":[{\"name\":"
                 "\"../x\"}]}",
                 "no plain file name", "");
}

#define OUTPUTS ",\"outputs\":[{\"name\":\"a\"},{\"name\":\"b\"}]"

/// What has a spool has one record a document, however many outputs.
static void tells_spools(void **state) {
  (void)state;
  static const struct {
    const char *json;
    bool spools;
    size_t records;
  } cases[] = {
      {"{" FACTS ",\"stage\":\"reduce\"" OUTPUTS "}", true, 1},
      {"{" FACTS ",\"stage\":\"export\",\"spool\":true" OUTPUTS "}", true, 1},
      {"{" FACTS ",\"stage\":\"export\"" OUTPUTS "}", false, 2},
  };
  for (size_t i = 0; i < SF_COUNT(cases); i++) {
    sf_manifest manifest;
    sheaf_error error;
    assert_int_equal(load(cases[i].json, &manifest, &error), SHEAF_OK);
    assert_int_equal(manifest.spools, cases[i].spools);
    assert_int_equal(sf_manifest_record_count(&manifest), cases[i].records);
    sf_manifest_clear(&manifest);
  }
}

static void append_record(sf_buffer *out, const char *text) {
  char length[SF_SPOOL_LENGTH];
  sf_spool_length(length, strlen(text));
  sf_buffer_append(out, length, sizeof length);
  sf_buffer_puts(out, text);
}

static void takes_records(void **state) {
  (void)state;
  sf_buffer spool = {0};
  sheaf_bytes record;
  append_record(&spool, "first");
  append_record(&spool, "2");
  sheaf_bytes rest = sf_buffer_bytes(&spool);
  assert_int_equal(sf_spool_take(&rest, &record), SHEAF_OK);
  assert_true(sf_bytes_equal(record, "first"));
  assert_int_equal(sf_spool_take(&rest, &record), SHEAF_OK);
  assert_true(sf_bytes_equal(record, "2"));
  assert_int_equal(sf_spool_take(&rest, &record), SHEAF_END);
  // Cut anywhere, the last record is no other one.
  for (size_t size = 1; size < spool.size; size++) {
    int code = SHEAF_OK;
    rest = (sheaf_bytes){spool.data, size};
    while (!code) code = sf_spool_take(&rest, &record);
    bool between = size == SF_SPOOL_LENGTH + strlen("first");
    assert_int_equal(code, between ? SHEAF_END : SHEAF_EDAMAGED);
  }
  sf_buffer_clear(&spool);
}

static void assert_option(const char *given, const char *key,
                          const char *expected) {
  sf_manifest manifest;
  sheaf_error error;
  sheaf_value options = SHEAF_VALUE_NULL, all;
  char *text;
  size_t size;
  assert_int_equal(load("{" FACTS STAGE OPTIONS "}", &manifest, &error),
                   SHEAF_OK);
  assert_int_equal(sheaf_value_parse(&options, given, strlen(given), &error),
                   SHEAF_OK);
  int code = sf_options_check(&manifest, &options, &all, &error);
  if (code != SHEAF_OK) {
    assert_int_equal(code, SHEAF_EOPTION);
    assert_null(key);
    if (!strstr(error.why, expected) && !strstr(error.hint, expected))
      fail_msg("'%s' (%s) has no '%s'", error.why, error.hint, expected);
  } else {
    assert_non_null(key);
    sheaf_value_write(sheaf_value_get(&all, key), &text, &size);
    assert_string_equal(text, expected);
    free(text);
    sheaf_value_clear(&all);
  }
  sheaf_value_clear(&options);
  sf_manifest_clear(&manifest);
}

static void options_are_completed(void **state) {
  (void)state;
  assert_option("{}", "size", "3");
  assert_option("{\"size\":4}", "size", "4");
  assert_option("{\"size\":\"5\"}", "size", "5");
  assert_option("{\"names\":\"x\"}", "names", "[\"x\"]");
  assert_option("{\"names\":\"[1,2]\"}", "names", "[1,2]");
  assert_option("{\"mode\":\"b\"}", "mode", "\"b\"");
}

static void whole_numbers_are_floats_too(void **state) {
  (void)state;
  assert_option("{}", "part", "1.0");
  assert_option("{\"part\":2}", "part", "2.0");
  assert_option("{\"part\":\"0\"}", "part", "0.0");
  assert_option("{\"part\":3}", NULL, "is 3.0, expected 2 at most");
  assert_option("{\"size\":1.0}", NULL, "is 1.0, expected int");
}

static void options_are_checked(void **state) {
  (void)state;
  assert_option("{\"size\":\"many\"}", NULL, "is \"many\", expected int");
  assert_option("{\"size\":10}", NULL, "is 10, expected 1 to 9");
  assert_option("{\"mode\":\"c\"}", NULL, "expected one of [\"a\",\"b\"]");
  assert_option("{\"sise\":1}", NULL, "did you mean 'size'?");
}

static void unknown_plugin_suggests(void **state) {
  (void)state;
  sf_manifest manifest;
  sheaf_error error;
  assert_int_equal(sf_manifest_load(&manifest, "export.json", NULL, &error),
                   SHEAF_ENOPLUGIN);
  assert_non_null(strstr(error.hint, "'export.jsonl'"));
  assert_int_equal(sf_manifest_load(&manifest, "date", NULL, &error),
                   SHEAF_ENOPLUGIN);
  assert_non_null(strstr(error.hint, "'extract.dates'"));
}

static void found_wherever_it_lies(void **state) {
  (void)state;
  sf_manifest manifest;
  sheaf_error error;
  char path[sizeof folder + 8], target[sizeof folder + 16];
  const char *const folders[] = {path, NULL};
  snprintf(path, sizeof path, "%s/path", folder);
  snprintf(target, sizeof target, "%s/any", path);
  assert_int_equal(load("{" FACTS STAGE "}", &manifest, &error), SHEAF_OK);
  sf_manifest_clear(&manifest);
  assert_int_equal(mkdir(path, 0700), 0);
  assert_int_equal(symlink(folder, target), 0);
  int code = sf_manifest_load(&manifest, "test.one", folders, &error);
  unlink(target);
  rmdir(path);
  assert_int_equal(code, SHEAF_OK);
  sf_manifest_clear(&manifest);
}

static void digest_sees_changes(void **state) {
  (void)state;
  sf_manifest manifest;
  sheaf_error error;
  char first[SF_SHA256_HEX], second[SF_SHA256_HEX];
  assert_int_equal(load("{" FACTS STAGE "}", &manifest, &error), SHEAF_OK);
  assert_int_equal(sf_manifest_digest(&manifest, first, &error), SHEAF_OK);
  sf_manifest_clear(&manifest);
  assert_int_equal(load("{" FACTS STAGE " }", &manifest, &error), SHEAF_OK);
  assert_int_equal(sf_manifest_digest(&manifest, second, &error), SHEAF_OK);
  assert_string_not_equal(first, second);
  sf_manifest_clear(&manifest);
}

static void digest_passes_over(void **state) {
  (void)state;
  static const char *const names[] = {".git", "node_modules", "__pycache__"};
  sf_manifest manifest;
  sheaf_error error;
  char first[SF_SHA256_HEX], second[SF_SHA256_HEX];
  assert_int_equal(load("{" FACTS STAGE "}", &manifest, &error), SHEAF_OK);
  assert_int_equal(sf_manifest_digest(&manifest, first, &error), SHEAF_OK);
  for (size_t i = 0; i < SF_COUNT(names); i++) {
    char made[sizeof folder + 32], target[sizeof made + 8];
    snprintf(made, sizeof made, "%s/%s", folder, names[i]);
    snprintf(target, sizeof target, "%s/file", made);
    assert_int_equal(mkdir(made, 0777), 0);
    assert_int_equal(symlink(file, target), 0);
    assert_int_equal(sf_manifest_digest(&manifest, second, &error), SHEAF_OK);
    unlink(target);
    rmdir(made);
    assert_string_equal(first, second);
  }
  sf_manifest_clear(&manifest);
}

static void digest_follows_links(void **state) {
  (void)state;
  sf_manifest manifest;
  sheaf_error error;
  char first[SF_SHA256_HEX], second[SF_SHA256_HEX], link[sizeof folder + 8];
  snprintf(link, sizeof link, "%s/link", folder);
  assert_int_equal(load("{" FACTS STAGE "}", &manifest, &error), SHEAF_OK);
  assert_int_equal(sf_manifest_digest(&manifest, first, &error), SHEAF_OK);
  assert_int_equal(symlink(file, link), 0);
  int code = sf_manifest_digest(&manifest, second, &error);
  unlink(link);
  assert_int_equal(code, SHEAF_OK);
  assert_string_not_equal(first, second);
  sf_manifest_clear(&manifest);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      {"manifest: what it says is read", reads_a_manifest, 0, 0, 0},
      {"manifest: what is not in the contract is refused, by name",
       refuses_what_is_wrong, 0, 0, 0},
      {"manifest: what has a spool has one record a document", tells_spools, 0,
       0, 0},
      {"spool: records are taken one by one, a cut one is damage",
       takes_records, 0, 0, 0},
      {"options: defaults are filled in, strings become what is wanted",
       options_are_completed, 0, 0, 0},
      {"options: a whole number is a float, too", whole_numbers_are_floats_too,
       0, 0, 0},
      {"options: type, range, choice and name are checked", options_are_checked,
       0, 0, 0},
      {"plugin: an unknown name suggests a near one", unknown_plugin_suggests,
       0, 0, 0},
      {"plugin: it is found by its name in a folder of another name",
       found_wherever_it_lies, 0, 0, 0},
      {"plugin: what tools make is not in its digest", digest_passes_over, 0, 0,
       0},
      {"plugin: what links lead to is", digest_follows_links, 0, 0, 0},
      {"plugin: its digest changes with its files", digest_sees_changes, 0, 0,
       0},
  };
  return cmocka_run_group_tests_name("plugin", tests, make_folder,
                                     remove_folder);
}
