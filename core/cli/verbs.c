/// The list of verbs, and `sheaf help`.
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"

extern const cli_verb cli_run, cli_ls, cli_cat, cli_verify, cli_pack,
    cli_repair, cli_status_verb, cli_why, cli_diff, cli_merge, cli_retry,
    cli_repl, cli_plugin, cli_doctor, cli_help, cli_worker;

static const cli_verb *const verbs[] = {
    &cli_run,    &cli_ls,     &cli_cat,         &cli_verify,
    &cli_pack,   &cli_repair, &cli_status_verb, &cli_why,
    &cli_diff,   &cli_merge,  &cli_retry,       &cli_repl,
    &cli_plugin, &cli_doctor, &cli_help,        &cli_worker};

#define VERB_COUNT (sizeof verbs / sizeof verbs[0])

const cli_verb *cli_find_verb(const char *name) {
  for (size_t i = 0; i < VERB_COUNT; i++)
    if (strcmp(verbs[i]->name, name) == 0) return verbs[i];
  return NULL;
}

// --- Suggestions -----------------------------------------------------------

static int unknown_option(const char *text) {
  static const char *const names[] = {"--help", "--version"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    if (text[1] && cli_resembles(text + 2, names[i] + 2))
      return cli_usage("", "there is no option '%s', did you mean '%s'?", text,
                       names[i]);
  return cli_usage("", "there is no option '%s'", text);
}

int cli_unknown_verb(const char *name) {
  if (name[0] == '-') return unknown_option(name);
  for (size_t i = 0; i < VERB_COUNT; i++)
    if (verbs[i]->summary && cli_resembles(name, verbs[i]->name))
      return cli_usage("", "there is no verb '%s', did you mean '%s'?", name,
                       verbs[i]->name);
  if (access(name, F_OK) == 0)
    return cli_usage("", "there is no verb '%s', did you mean 'ls %s'?", name,
                     name);
  return cli_usage("", "there is no verb '%s'", name);
}

// --- help ------------------------------------------------------------------

static void print_overview(void) {
  puts("Sheaf runs plugins over bundles of documents.\n");
  puts("usage: sheaf VERB [OPTION…] …");
  puts("       sheaf SCRIPT.lua [ARGUMENT…]   run a script");
  puts("       sheaf -e CODE [ARGUMENT…]      run a piece of Lua");
  puts("       sheaf - [ARGUMENT…]            run standard input\n");
  for (size_t i = 0; i < VERB_COUNT; i++)
    if (verbs[i]->summary)
      printf("  %-8s %s\n", verbs[i]->name, verbs[i]->summary);
  puts("\nexample: sheaf run resolutions.zip -o out");
  puts("         sheaf help run");
}

static int run_help(int argc, char **argv) {
  static const cli_option options[] = {{NULL, 0, false}};
  cli_arguments arguments = {"help", argc, argv, 1, NULL, false};
  const char *name = NULL;
  for (int next; (next = cli_next(&arguments, options)) != CLI_END;) {
    if (next == CLI_HELP) return CLI_OK;
    if (next == CLI_BAD) return CLI_USAGE;
    if (name) return cli_usage("help", "'%s' is one too many", arguments.value);
    name = arguments.value;
  }
  if (!name) {
    print_overview();
    return CLI_OK;
  }
  const cli_verb *verb = cli_find_verb(name);
  if (!verb || !verb->help) return cli_unknown_verb(name);
  fputs(verb->help, stdout);
  return CLI_OK;
}

const cli_verb cli_help = {
    .name = "help",
    .summary = "explain a verb",
    .help =
        "usage: sheaf help [VERB]\n\n"
        "Explains a verb, or lists them all.\n\n"
        "example: sheaf help run\n",
    .run = run_help,
};
