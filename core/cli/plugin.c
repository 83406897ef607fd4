/// `sheaf plugin`: which plugins there are, what they can do, and the kit with
/// which they are made.
#include "cli/plugin.h"

#include <stdlib.h>
#include <string.h>

// --- list ------------------------------------------------------------------

static void print_row(const sheaf_value *manifest) {
  const char *problem = sheaf_value_get_string(manifest, "error", NULL);
  if (problem) {
    printf("%-22s broken: %s\n",
           sheaf_value_get_string(manifest, "folder", "?"), problem);
    return;
  }
  printf("%-22s %-8s %s\n", sheaf_value_get_string(manifest, "name", ""),
         sheaf_value_get_string(manifest, "version", ""),
         sheaf_value_get_string(manifest, "summary", ""));
}

static int list_plugins(bool json) {
  sheaf_value list;
  sheaf_error error;
  if (sheaf_plugin_list(&list, NULL, &error) != SHEAF_OK)
    return cli_fail(&error);
  for (size_t i = 0; i < sheaf_value_count(&list); i++) {
    if (json)
      cli_print_json(stdout, sheaf_value_at(&list, i));
    else
      print_row(sheaf_value_at(&list, i));
  }
  sheaf_value_clear(&list);
  return CLI_OK;
}

// --- info ------------------------------------------------------------------

static void print_names(const char *title, const sheaf_value *names) {
  if (!sheaf_value_count(names)) return;
  printf("%-12s", title);
  for (size_t i = 0; i < sheaf_value_count(names); i++) {
    const sheaf_value *name = sheaf_value_at(names, i);
    if (name->type == SHEAF_MAP) name = sheaf_value_get(name, "name");
    printf("%s%s", i ? ", " : "", name->as.string.data);
  }
  putchar('\n');
}

// Prints `before`, the value under `key` as JSON, and `behind`; nothing where
// there is none.
static void print_fact(const char *before, const sheaf_value *option,
                       const char *key, const char *behind) {
  const sheaf_value *value = sheaf_value_get(option, key);
  char *json = NULL;
  size_t size;
  if (!value || sheaf_value_write(value, &json, &size) != SHEAF_OK) return;
  fputs(before, stdout);
  cli_print_safe(stdout, (sheaf_bytes){json, size});
  fputs(behind, stdout);
  free(json);
}

static void print_option(const char *name, const sheaf_value *option) {
  const char *unit = sheaf_value_get_string(option, "unit", NULL);
  printf("  %s (%s", name, sheaf_value_get_string(option, "type", ""));
  if (unit) printf(", in %s", unit);
  print_fact(", from ", option, "min", "");
  print_fact(", to ", option, "max", "");
  print_fact(", default ", option, "default", ")\n");
  printf("      %s\n", sheaf_value_get_string(option, "doc", ""));
  print_fact("      one of ", option, "enum", "\n");
  print_fact("      such as ", option, "example", "\n");
}

static void print_options(const sheaf_value *manifest, const char *given) {
  const sheaf_value *options = sheaf_value_get(manifest, "options");
  size_t count = sheaf_value_count(options);
  if (!count) return;
  puts("\noptions:");
  for (size_t i = 0; i < count; i++)
    print_option(sheaf_value_key(options, i).data, sheaf_value_at(options, i));
  fputs("\nexample: sheaf run -p ", stdout);
  cli_print_text(stdout, given);
  printf(":%s=… BUNDLE -o OUT\n", sheaf_value_key(options, 0).data);
}

static void print_permissions(const sheaf_value *manifest) {
  const sheaf_value *wanted = sheaf_value_get(manifest, "permissions");
  if (!sheaf_value_count(wanted)) return;
  printf("%-12s", "permissions");
  for (size_t i = 0; i < sheaf_value_count(wanted); i++)
    printf("%s%s", i ? ", " : "", sheaf_value_key(wanted, i).data);
  puts(" (see 'sheaf plugin audit')");
}

static void print_limits(const sheaf_value *manifest) {
  const sheaf_value *limits = sheaf_value_get(manifest, "limits");
  if (!sheaf_value_count(limits)) return;
  printf("%-12s", "limits");
  for (size_t i = 0; i < sheaf_value_count(limits); i++)
    printf("%s%s %lld", i ? ", " : "", sheaf_value_key(limits, i).data,
           (long long)sheaf_value_at(limits, i)->as.integer);
  putchar('\n');
}

// `given` is how the user named the plugin.
static void print_manifest(const sheaf_value *manifest, const char *given) {
  static const char *const keys[] = {"stage", "language", "license", "folder"};
  printf("%s %s\n%s\n\n", sheaf_value_get_string(manifest, "name", ""),
         sheaf_value_get_string(manifest, "version", ""),
         sheaf_value_get_string(manifest, "summary", ""));
  for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
    printf("%-12s%s\n", keys[i],
           sheaf_value_get_string(manifest, keys[i], "-"));
  print_names("reads", sheaf_value_get(manifest, "reads"));
  print_names("for", sheaf_value_get(manifest, "media_types"));
  print_names("writes", sheaf_value_get(manifest, "writes"));
  print_names("outputs", sheaf_value_get(manifest, "outputs"));
  print_limits(manifest);
  print_permissions(manifest);
  print_options(manifest, given);
}

static int show_plugin(const char *name, bool json) {
  sheaf_value manifest;
  sheaf_error error;
  if (sheaf_plugin_info(&manifest, name, NULL, &error) != SHEAF_OK)
    return cli_fail(&error);
  if (json)
    cli_print_json(stdout, &manifest);
  else
    print_manifest(&manifest, name);
  sheaf_value_clear(&manifest);
  return CLI_OK;
}

// --- The verb --------------------------------------------------------------

static int run_list(const cli_plugin_words *words) {
  return list_plugins(words->json);
}

static int run_info(const cli_plugin_words *words) {
  return show_plugin(words->name, words->json);
}

typedef struct {
  const char *name;
  bool needs_name;
  bool takes_bundle;
  int (*run)(const cli_plugin_words *words);
} plugin_action;

static const plugin_action actions[] = {
    {"list", false, false, run_list},
    {"info", true, false, run_info},
    {"audit", true, false, cli_plugin_audit},
    {"new", true, false, cli_plugin_new},
    {"check", true, false, cli_plugin_kit},
    {"test", true, false, cli_plugin_kit},
    {"bench", true, true, cli_plugin_kit},
};

static const plugin_action *find_action(const char *name) {
  for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++)
    if (strcmp(actions[i].name, name) == 0) return &actions[i];
  return NULL;
}

static int run_action(const cli_plugin_words *words, size_t count) {
  if (count == 0)
    return cli_usage("plugin",
                     "which of list, info, audit, new, check, test, bench?");
  const plugin_action *action = find_action(words->action);
  if (!action)
    return cli_usage(
        "plugin", "'%s' is none of list, info, audit, new, check, test, bench",
        words->action);
  size_t most = 1 + action->needs_name + action->takes_bundle;
  if (count > most)
    return cli_usage("plugin", "'%s' is one too many",
                     most == 1 ? words->name : words->bundle);
  if (action->needs_name && count < 2)
    return cli_usage("plugin", "which plugin? Give its name or folder");
  return action->run(words);
}

static int run_plugin(int argc, char **argv) {
  static const cli_option options[] = {{"json", 0, false},
                                       {"update", 0, false},
                                       {"stage", 0, true},
                                       {"lang", 0, true},
                                       {NULL, 0, false}};
  cli_arguments arguments = {"plugin", argc, argv, 1, NULL, false};
  cli_plugin_words words = {.stage = "extract", .language = "lua"};
  const char **operands[] = {&words.action, &words.name, &words.bundle};
  size_t count = 0;
  for (int next; (next = cli_next(&arguments, options)) != CLI_END;) {
    if (next == CLI_HELP) return CLI_OK;
    if (next == CLI_BAD) return CLI_USAGE;
    if (next == 0) words.json = true;
    if (next == 1) words.update = true;
    if (next == 2) words.stage = arguments.value;
    if (next == 3) words.language = arguments.value;
    if (next == CLI_OPERAND && count == 3)
      return cli_usage("plugin", "'%s' is one too many", arguments.value);
    if (next == CLI_OPERAND) *operands[count++] = arguments.value;
  }
  return run_action(&words, count);
}

static const char help[] =
    "usage: sheaf plugin list [--json]\n"
    "       sheaf plugin info NAME|FOLDER [--json]\n"
    "       sheaf plugin audit NAME|FOLDER|RUN [--json]\n"
    "       sheaf plugin new FOLDER [--stage STAGE] [--lang LANGUAGE]\n"
    "       sheaf plugin check NAME|FOLDER\n"
    "       sheaf plugin test NAME|FOLDER [--update]\n"
    "       sheaf plugin bench NAME|FOLDER [BUNDLE]\n\n"
    "  list    the plugins on the plugin path (SHEAF_PLUGIN_PATH, then those\n"
    "          that came with Sheaf)\n"
    "  info    what a plugin reads and writes, its options and its limits\n"
    "  audit   what it asks for, beyond documents, and how that is granted; of "
    "the\n"
    "          folder of a run: what that granted, and the wall around it\n"
    "  new     makes a plugin that works, with tests, to start from: in lua,\n"
    "          python, javascript, typescript, c, rust or fennel, to read,\n"
    "          extract, summarize, filter, reduce or export\n"
    "  check   says what a careful reader would\n"
    "  test    runs its main_test.lua, holds what it makes of the documents "
    "in\n"
    "          its folder 'tests' against what is expected, cuts these, lets\n"
    "          memory and time end in the middle (of a plugin in Lua), and "
    "kills\n"
    "          the process that works on them (of a program); --update writes\n"
    "          down what comes out\n"
    "  bench   tells what it costs a document\n\n"
    "example: sheaf plugin new years && sheaf plugin test years\n";

const cli_verb cli_plugin = {
    .name = "plugin",
    .summary = "make, test, list and explain plugins",
    .help = help,
    .run = run_plugin,
};
