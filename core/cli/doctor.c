/// `sheaf doctor`: what this build and this machine can do.
#include <string.h>

#include "cli/cli.h"

static void print_facts(const sheaf_value *facts) {
  for (size_t i = 0; i < sheaf_value_count(facts); i++) {
    const sheaf_value *fact = sheaf_value_at(facts, i);
    printf("  %-12s ", sheaf_value_key(facts, i).data);
    if (fact->type == SHEAF_STRING)
      cli_print_safe(stdout,
                     (sheaf_bytes){fact->as.string.data, fact->as.string.size});
    putchar('\n');
  }
}

static int check_plugin(const sheaf_value *manifest) {
  sheaf_error error;
  const char *name = sheaf_value_get_string(manifest, "name", NULL);
  const char *folder = sheaf_value_get_string(manifest, "folder", "");
  if (!name) {
    printf("  %-22s broken: %s\n", folder,
           sheaf_value_get_string(manifest, "error", ""));
    return CLI_PLUGIN;
  }
  if (sheaf_plugin_check(folder, NULL, &error) == SHEAF_OK) {
    printf("  %-22s ok\n", name);
    return CLI_OK;
  }
  printf("  %-22s %s\n", name, error.why);
  return CLI_PLUGIN;
}

static int run_doctor(int argc, char **argv) {
  static const cli_option options[] = {{"json", 0, false}, {NULL, 0, false}};
  cli_arguments arguments = {"doctor", argc, argv, 1, NULL, false};
  sheaf_value facts, plugins;
  sheaf_error error;
  bool json = false;
  for (int next; (next = cli_next(&arguments, options)) != CLI_END;) {
    if (next == CLI_HELP) return CLI_OK;
    if (next == CLI_BAD) return CLI_USAGE;
    if (next == CLI_OPERAND)
      return cli_usage("doctor", "'%s' is one too many", arguments.value);
    json = true;
  }
  if (sheaf_describe(&facts, &error) != SHEAF_OK) return cli_fail(&error);
  if (json) {
    cli_print_json(stdout, &facts);
    sheaf_value_clear(&facts);
    return CLI_OK;
  }
  puts("this build and this machine:");
  print_facts(&facts);
  sheaf_value_clear(&facts);
  if (sheaf_plugin_list(&plugins, NULL, &error) != SHEAF_OK)
    return cli_fail(&error);
  int status = CLI_OK;
  puts("\nplugins:");
  for (size_t i = 0; i < sheaf_value_count(&plugins); i++) {
    int checked = check_plugin(sheaf_value_at(&plugins, i));
    if (checked != CLI_OK) status = checked;
  }
  sheaf_value_clear(&plugins);
  return status;
}

const cli_verb cli_doctor = {
    .name = "doctor",
    .summary = "tell what this build and this machine can do",
    .help =
        "usage: sheaf doctor [--json]\n\n"
        "Tells the versions of what Sheaf is built on, which optional\n"
        "libraries and kernel features are there, and whether each plugin\n"
        "can work here.\n\n"
        "example: sheaf doctor\n",
    .run = run_doctor,
};
