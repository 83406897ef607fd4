/// `sheaf plugin audit`: what plugins ask for, and what a run granted them.
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/ledger.h"
#include "cli/plugin.h"

// --- A plugin --------------------------------------------------------------

static const char *trust_of(const sheaf_value *manifest) {
  const char *language = sheaf_value_get_string(manifest, "language", "");
  if (strcmp(language, "lua") == 0)
    return "sandboxed, behind the wall of the run";
  if (strcmp(language, "process") == 0) return "behind a wall of its own";
  return "full trust: what is granted to any plugin of the run is open to it";
}

static bool is_granted(const sheaf_value *granted, const sheaf_value *item) {
  if (!granted || granted->type == SHEAF_BOOL) return granted != NULL;
  if (granted->type == SHEAF_MAP)
    return sheaf_value_get(granted, item->as.string.data) != NULL;
  for (size_t i = 0; i < sheaf_value_count(granted); i++)
    if (sheaf_value_equal(sheaf_value_at(granted, i), item)) return true;
  return false;
}

static void print_item(const char *permission, const sheaf_value *item,
                       bool granted) {
  const char *what = item ? item->as.string.data : "any that you name";
  bool net = strcmp(permission, "net") == 0;
  printf("  %-6s ", permission);
  cli_print_text(stdout, net ? "all hosts" : what);
  if (granted)
    puts("  (granted: it came with Sheaf)");
  else if (net)
    puts("  --allow net");
  else {
    printf("  --allow %s=", permission);
    cli_print_text(stdout, item ? what : "…");
    putchar('\n');
  }
}

static void print_permission(const char *permission, const sheaf_value *wanted,
                             const sheaf_value *granted) {
  if (wanted->type == SHEAF_BOOL && wanted->as.boolean)
    print_item(permission, NULL, granted != NULL);
  for (size_t i = 0; i < sheaf_value_count(wanted); i++) {
    const sheaf_value *item = sheaf_value_at(wanted, i);
    print_item(permission, item, is_granted(granted, item));
  }
}

static void print_plugin(const sheaf_value *manifest) {
  const sheaf_value *wanted = sheaf_value_get(manifest, "permissions");
  const sheaf_value *granted = sheaf_value_get(manifest, "granted");
  printf("%s: %s\n", sheaf_value_get_string(manifest, "name", "?"),
         trust_of(manifest));
  for (size_t i = 0; i < sheaf_value_count(wanted); i++) {
    const char *permission = sheaf_value_key(wanted, i).data;
    print_permission(permission, sheaf_value_at(wanted, i),
                     sheaf_value_get(granted, permission));
  }
  if (!sheaf_value_count(wanted)) puts("  asks for nothing");
}

static int audit_plugin(const char *name, bool json) {
  sheaf_value manifest;
  sheaf_error error;
  if (sheaf_plugin_info(&manifest, name, NULL, &error) != SHEAF_OK)
    return cli_fail(&error);
  if (json)
    cli_print_json(stdout, &manifest);
  else
    print_plugin(&manifest);
  sheaf_value_clear(&manifest);
  return CLI_OK;
}

// --- A run -----------------------------------------------------------------

static void print_json(const sheaf_value *value) {
  char *text = NULL;
  size_t size;
  if (sheaf_value_write(value, &text, &size) == SHEAF_OK)
    cli_print_safe(stdout, (sheaf_bytes){text, size});
  free(text);
}

static void print_step(const sheaf_value *step) {
  const sheaf_value *grants = sheaf_value_get(step, "grants");
  printf("%s:", sheaf_value_get_string(step, "plugin", "?"));
  for (size_t i = 0; i < sheaf_value_count(grants); i++) {
    printf(" %s ", sheaf_value_key(grants, i).data);
    print_json(sheaf_value_at(grants, i));
  }
  puts(sheaf_value_count(grants) ? "" : " nothing was granted");
}

static void print_run(const sheaf_value *report) {
  const sheaf_value *steps = sheaf_value_get(report, "pipeline");
  const sheaf_value *sandbox = sheaf_value_get(report, "sandbox");
  for (size_t i = 0; i < sheaf_value_count(steps); i++)
    print_step(sheaf_value_at(steps, i));
  if (!sandbox) return;
  fputs("the wall: ", stdout);
  if (sandbox->type == SHEAF_NULL)
    fputs("none, since there were no workers", stdout);
  else
    print_json(sandbox);
  putchar('\n');
}

static int audit_run(const char *folder, bool json) {
  sheaf_value report;
  bool complete;
  int status = cli_report_read(folder, &report, &complete);
  if (status != CLI_OK) return status;
  if (json)
    cli_print_json(stdout, &report);
  else
    print_run(&report);
  sheaf_value_clear(&report);
  return CLI_OK;
}

static bool is_run(const char *folder) {
  char *ledger;
  bool found = false;
  static const char *const endings[] = {"", ".part"};
  for (size_t i = 0; i < 2 && !found; i++) {
    if (asprintf(&ledger, "%s/run.json%s", folder, endings[i]) < 0)
      return false;
    found = access(ledger, F_OK) == 0;
    free(ledger);
  }
  return found;
}

int cli_plugin_audit(const cli_plugin_words *words) {
  if (is_run(words->name)) return audit_run(words->name, words->json);
  return audit_plugin(words->name, words->json);
}
