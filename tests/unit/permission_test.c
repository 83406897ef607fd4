/// What is granted of what plugins declare and users allow.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "json/json.h"
#include "plugin/plugin.h"

static char folder[32], file[48], inner[48];

static int make_folder(void **state) {
  (void)state;
  strcpy(folder, "/tmp/sheaf-test-XXXXXX");
  if (!mkdtemp(folder)) return -1;
  snprintf(file, sizeof file, "%s/plugin.json", folder);
  snprintf(inner, sizeof inner, "%s/inner", folder);
  return mkdir(inner, 0700);
}

static int remove_folder(void **state) {
  (void)state;
  unlink(file);
  rmdir(inner);
  return rmdir(folder);
}

/// Loads a plugin that declares `permissions`.
static void load(sf_manifest *manifest, const char *permissions) {
  FILE *stream = fopen(file, "w");
  assert_non_null(stream);
  fprintf(stream,
          "{\"name\":\"test.one\",\"version\":\"1.0.0\",\"api\":1,"
          "\"stage\":\"extract\",\"language\":\"lua\",\"main\":\"main.lua\","
          "\"summary\":\"\",\"permissions\":%s}",
          permissions);
  assert_int_equal(fclose(stream), 0);
  sheaf_error error;
  if (sf_manifest_load(manifest, folder, NULL, &error))
    fail_msg("%s", error.why);
}

/// What `allow` grants of what is declared, as JSON; `used`: that it is of use.
static void assert_granted(const char *permissions, const char *allow,
                           const char *grants) {
  const char *const list[] = {allow, NULL};
  bool used[] = {false, false};
  sf_manifest manifest;
  sheaf_error error;
  sf_buffer text = {0};
  load(&manifest, permissions);
  if (sf_permissions_grant(&manifest, list, used, &error))
    fail_msg("%s: %s", error.what, error.why);
  sf_json_canonical(&text, &manifest.grants);
  assert_string_equal(sf_buffer_text(&text), grants);
  assert_int_equal(used[0], strcmp(grants, "{}") != 0);
  sf_buffer_clear(&text);
  sf_manifest_clear(&manifest);
}

static void assert_refused(const char *permissions, const char *allow,
                           const char *why) {
  const char *const list[] = {allow, NULL};
  bool used[] = {false, false};
  sf_manifest manifest;
  sheaf_error error;
  load(&manifest, permissions);
  assert_int_equal(sf_permissions_grant(&manifest, list, used, &error),
                   SHEAF_EUSAGE);
  if (!strstr(error.why, why)) fail_msg("'%s' has no '%s'", error.why, why);
  sf_manifest_clear(&manifest);
}

static void grants_names(void **state) {
  (void)state;
  assert_granted("{\"env\":[\"A\",\"B\"]}", "env=B", "{\"env\":[\"B\"]}");
  assert_granted("{\"env\":[\"A\",\"B\"]}", "env", "{\"env\":[\"A\",\"B\"]}");
  assert_granted("{\"env\":[\"A\"]}", "env=C", "{}");
  assert_granted("{\"env\":true}", "env=C", "{\"env\":[\"C\"]}");
  assert_granted("{\"env\":false}", "env=C", "{}");
  assert_granted("{\"net\":true}", "net", "{\"net\":true}");
  assert_granted("{\"net\":false}", "net", "{}");
  assert_granted("{}", "net", "{}");
}

static void grants_programs(void **state) {
  (void)state;
  sf_manifest manifest;
  const char *const list[] = {"spawn", NULL};
  bool used[] = {false, false};
  load(&manifest, "{\"spawn\":[\"sh\",\"no-such-program\"]}");
  assert_int_equal(sf_permissions_grant(&manifest, list, used, NULL), SHEAF_OK);
  const sheaf_value *programs = sheaf_value_get(&manifest.grants, "spawn");
  assert_int_equal(sheaf_value_get(programs, "sh")->as.string.data[0], '/');
  assert_int_equal(sheaf_value_get(programs, "no-such-program")->type,
                   SHEAF_NULL);
  sf_manifest_clear(&manifest);
}

static void grants_the_inner_folder(void **state) {
  (void)state;
  char declared[80], allow[80], grants[80];
  snprintf(declared, sizeof declared, "{\"read\":[\"%s\"]}", folder);
  snprintf(allow, sizeof allow, "read=%s", inner);
  snprintf(grants, sizeof grants, "{\"read\":[\"%s\"]}", inner);
  assert_granted(declared, allow, grants);
  assert_granted(grants, "read=/tmp", grants);
  assert_granted(grants, "read=/", grants);
  assert_granted(grants, "read", grants);
  assert_granted(grants, "read=/usr", "{}");
  assert_granted("{\"read\":true}", allow, grants);
  assert_granted("{\"read\":[\"/tmp/sheaf-no\"]}", "read=/tmp", "{}");
}

static void grants_to_one_plugin(void **state) {
  (void)state;
  assert_granted("{\"env\":[\"A\"]}", "test.one:env=A", "{\"env\":[\"A\"]}");
  assert_granted("{\"env\":[\"A\"]}", "test.two:env=A", "{}");
}

static void refuses_what_is_no_permission(void **state) {
  (void)state;
  assert_refused("{}", "rea=/tmp", "no permission 'rea'");
  assert_refused("{}", "read=/no/such", "cannot be granted");
  assert_refused("{}", "read=", "ends too early");
  assert_refused("{}", "net=example.org", "all or nothing");
  assert_refused("{\"read\":true}", "read", "does not say which");
}

static void tells_what_is_missing(void **state) {
  (void)state;
  const char *const list[] = {"env=A", NULL};
  bool used[] = {false, false};
  sf_manifest manifest;
  sheaf_error error;
  load(&manifest, "{\"env\":[\"A\",\"B\"],\"net\":true,\"read\":true}");
  assert_int_equal(sf_permissions_grant(&manifest, list, used, &error),
                   SHEAF_OK);
  assert_true(sf_permissions_missing(&manifest, &error));
  assert_string_equal(error.hint, "--allow read=… --allow net --allow env=B");
  sf_manifest_clear(&manifest);
  load(&manifest, "{\"env\":[\"A\"]}");
  assert_int_equal(sf_permissions_grant(&manifest, list, used, &error),
                   SHEAF_OK);
  assert_false(sf_permissions_missing(&manifest, &error));
  sf_manifest_clear(&manifest);
}

// --- Asking ----------------------------------------------------------------

static void assert_may(const sheaf_plugin_context *context, int code,
                       const char *permission, const char *what) {
  sheaf_error error;
  assert_int_equal(sheaf_plugin_may(context, permission, what, &error), code);
}

static void tells_what_a_plugin_may(void **state) {
  (void)state;
  static const char text[] =
      "{\"read\":[\"/usr/lib\"],\"write\":[\"/tmp\"],\"env\":[\"A\"],"
      "\"spawn\":{\"sh\":\"/bin/sh\",\"none\":null}}";
  sheaf_value grants;
  sheaf_error error;
  assert_int_equal(sheaf_value_parse(&grants, text, sizeof text - 1, &error),
                   SHEAF_OK);
  const sheaf_plugin_context context = {
      .name = "test.one", .folder = folder, .grants = &grants};
  const int no = SHEAF_EPERMISSION;
  assert_may(&context, SHEAF_OK, "read", "/usr/lib");
  assert_may(&context, SHEAF_OK, "read", "/usr/lib/../lib");
  assert_may(&context, no, "read", "/usr/lib/../bin");
  assert_may(&context, no, "read", "/usr/lib32");
  assert_may(&context, no, "read", "/etc/passwd");
  assert_may(&context, SHEAF_OK, "read", inner);
  assert_may(&context, SHEAF_OK, "write", "/tmp/sheaf-new-file");
  assert_may(&context, no, "write", "/tmp/../usr/x");
  assert_may(&context, no, "write", "/tmp/..");
  assert_may(&context, SHEAF_OK, "spawn", "sh");
  assert_may(&context, SHEAF_OK, "spawn", "/bin/sh");
  assert_may(&context, no, "spawn", "bash");
  assert_may(&context, SHEAF_OK, "env", "A");
  assert_may(&context, no, "env", "AB");
  assert_may(&context, no, "net", "example.org");
  assert_may(&context, no, "fly", "x");
  sheaf_value_clear(&grants);
}

static void says_how_to_grant(void **state) {
  (void)state;
  sheaf_value wanted;
  sheaf_error error;
  assert_int_equal(sheaf_value_parse(&wanted, "{\"read\":true}", 13, &error),
                   SHEAF_OK);
  const sheaf_plugin_context context = {
      .name = "test.one", .folder = folder, .permissions = &wanted};
  sheaf_plugin_may(&context, "read", "/etc/passwd", &error);
  assert_string_equal(error.why,
                      "permission 'read' was not granted for '/etc/passwd'; "
                      "granted is nothing");
  assert_string_equal(error.hint, "--allow test.one:read=/etc/passwd");
  sheaf_plugin_may(&context, "net", "example.org", &error);
  assert_non_null(strstr(error.hint, "plugin.json"));
  sheaf_value_clear(&wanted);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      {"permissions: names that are declared and allowed are granted",
       grants_names, NULL, NULL, NULL},
      {"permissions: programs are found", grants_programs, NULL, NULL, NULL},
      {"permissions: of two folders the inner one is granted",
       grants_the_inner_folder, NULL, NULL, NULL},
      {"permissions: a grant may be for one plugin", grants_to_one_plugin, NULL,
       NULL, NULL},
      {"permissions: what is none is refused", refuses_what_is_no_permission,
       NULL, NULL, NULL},
      {"permissions: what is missing is told", tells_what_is_missing, NULL,
       NULL, NULL},
      {"permissions: a plugin is told what it may", tells_what_a_plugin_may,
       NULL, NULL, NULL},
      {"permissions: a refusal says how to grant it", says_how_to_grant, NULL,
       NULL, NULL},
  };
  return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
