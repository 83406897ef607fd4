/// The list of verbs, and `sheaf help`.
#include <string.h>

#include "cli/cli.h"

extern const cli_verb cli_run, cli_ls, cli_cat, cli_plugin, cli_doctor,
    cli_help, cli_worker, cli_status_verb, cli_why, cli_repl;

static const cli_verb *const verbs[] = {
    &cli_run,  &cli_ls,     &cli_cat,    &cli_status_verb, &cli_why,
    &cli_repl, &cli_plugin, &cli_doctor, &cli_help,        &cli_worker};

#define VERB_COUNT (sizeof verbs / sizeof verbs[0])

const cli_verb *cli_find_verb(const char *name) {
  for (size_t i = 0; i < VERB_COUNT; i++)
    if (strcmp(verbs[i]->name, name) == 0) return verbs[i];
  return NULL;
}

// --- Suggestions -----------------------------------------------------------

// True when one word becomes the other by changing, dropping or adding one
// letter.
static bool nearly_same(const char *a, const char *b) {
  size_t same = 0;
  while (a[same] && a[same] == b[same]) same++;
  if (!a[same] && !b[same]) return true;
  const char *rest_a = a + same, *rest_b = b + same;
  return (*rest_a && *rest_b && strcmp(rest_a + 1, rest_b + 1) == 0) ||
         (*rest_a && strcmp(rest_a + 1, rest_b) == 0) ||
         (*rest_b && strcmp(rest_a, rest_b + 1) == 0);
}

int cli_unknown_verb(const char *name) {
  for (size_t i = 0; i < VERB_COUNT; i++)
    if (verbs[i]->summary && nearly_same(name, verbs[i]->name))
      return cli_usage("", "there is no verb '%s', did you mean '%s'?", name,
                       verbs[i]->name);
  return cli_usage("", "there is no verb '%s'", name);
}

// --- help ------------------------------------------------------------------

static void print_overview(void) {
  puts("Sheaf runs Lua plugins over bundles of documents.\n");
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
  if (argc < 2) {
    print_overview();
    return CLI_OK;
  }
  const cli_verb *verb = cli_find_verb(argv[1]);
  if (!verb || !verb->help) return cli_unknown_verb(argv[1]);
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
