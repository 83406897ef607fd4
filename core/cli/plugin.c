/// `sheaf plugin list|info`: which plugins there are and what they can do.
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

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

static void print_option(const char *name, const sheaf_value *option) {
  char *json = NULL;
  size_t size;
  sheaf_value_write(sheaf_value_get(option, "default"), &json, &size);
  printf("  %s (%s, default %s)\n      %s\n", name,
         sheaf_value_get_string(option, "type", ""), json ? json : "?",
         sheaf_value_get_string(option, "doc", ""));
  free(json);
  const sheaf_value *choices = sheaf_value_get(option, "enum");
  if (!choices || sheaf_value_write(choices, &json, &size) != SHEAF_OK) return;
  printf("      one of %s\n", json);
  free(json);
}

static void print_options(const sheaf_value *manifest) {
  const sheaf_value *options = sheaf_value_get(manifest, "options");
  size_t count = sheaf_value_count(options);
  if (!count) return;
  puts("\noptions:");
  for (size_t i = 0; i < count; i++)
    print_option(sheaf_value_key(options, i).data, sheaf_value_at(options, i));
  const char *name = sheaf_value_get_string(manifest, "name", "");
  printf("\nexample: sheaf run -p %s:%s=… BUNDLE -o OUT\n", name,
         sheaf_value_key(options, 0).data);
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

static void print_manifest(const sheaf_value *manifest) {
  static const char *const keys[] = {"stage", "language", "license", "folder"};
  printf("%s %s\n%s\n\n", sheaf_value_get_string(manifest, "name", ""),
         sheaf_value_get_string(manifest, "version", ""),
         sheaf_value_get_string(manifest, "summary", ""));
  for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
    printf("%-12s%s\n", keys[i],
           sheaf_value_get_string(manifest, keys[i], "-"));
  print_names("reads", sheaf_value_get(manifest, "reads"));
  print_names("writes", sheaf_value_get(manifest, "writes"));
  print_names("outputs", sheaf_value_get(manifest, "outputs"));
  print_limits(manifest);
  print_options(manifest);
}

static int show_plugin(const char *name, bool json) {
  sheaf_value manifest;
  sheaf_error error;
  if (sheaf_plugin_info(&manifest, name, NULL, &error) != SHEAF_OK)
    return cli_fail(&error);
  if (json)
    cli_print_json(stdout, &manifest);
  else
    print_manifest(&manifest);
  sheaf_value_clear(&manifest);
  return CLI_OK;
}

// --- The verb --------------------------------------------------------------

static int run_plugin(int argc, char **argv) {
  static const cli_option options[] = {{"json", 0, false}, {NULL, 0, false}};
  cli_arguments arguments = {"plugin", argc, argv, 1, NULL, false};
  const char *words[2] = {NULL, NULL};
  size_t count = 0;
  bool json = false;
  for (int next; (next = cli_next(&arguments, options)) != CLI_END;) {
    if (next == CLI_BAD || next == CLI_HELP)
      return next == CLI_BAD ? CLI_USAGE : CLI_OK;
    if (next == 0)
      json = true;
    else if (count == 2)
      return cli_usage("plugin", "'%s' is one too many", arguments.value);
    else
      words[count++] = arguments.value;
  }
  if (count == 1 && strcmp(words[0], "list") == 0) return list_plugins(json);
  if (count == 2 && strcmp(words[0], "info") == 0)
    return show_plugin(words[1], json);
  if (count == 0)
    return cli_usage("plugin", "'list' or 'info NAME' is missing");
  if (count == 1 && strcmp(words[0], "info") == 0)
    return cli_usage("plugin", "which plugin? Give its name or folder");
  return cli_usage("plugin", "'%s' is neither 'list' nor 'info NAME'",
                   words[0]);
}

static const char help[] =
    "usage: sheaf plugin list [--json]\n"
    "       sheaf plugin info NAME|FOLDER [--json]\n\n"
    "Lists the plugins on the plugin path (SHEAF_PLUGIN_PATH, then those that\n"
    "came with Sheaf), or explains one: what it reads and writes, its options\n"
    "and its limits.\n\n"
    "example: sheaf plugin info extract.citations\n";

const cli_verb cli_plugin = {
    .name = "plugin",
    .summary = "list and explain plugins",
    .help = help,
    .run = run_plugin,
};
