#include "cli/command.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// What no shell makes anything of.
static const char plain[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    "_-./:=,+@%";

// What would do something to a terminal is written as bash and zsh read it.
static void print_escaped(FILE *out, const char *word) {
  fputs("$'", out);
  for (; *word; word++) {
    unsigned char byte = (unsigned char)*word;
    if (byte == '\'' || byte == '\\')
      fprintf(out, "\\%c", byte);
    else if (byte < 0x20 || byte > 0x7e)
      fprintf(out, "\\x%02x", byte);
    else
      fputc(byte, out);
  }
  fputc('\'', out);
}

static void print_quoted(FILE *out, const char *word) {
  fputc('\'', out);
  for (; *word; word++)
    if (*word == '\'')
      fputs("'\\''", out);
    else
      fputc(*word, out);
  fputc('\'', out);
}

void cli_print_word(FILE *out, const char *word) {
  if (word[0] && !word[strspn(word, plain)])
    fputs(word, out);
  else if (cli_is_printable(word))
    print_quoted(out, word);
  else
    print_escaped(out, word);
}

static void print_option(FILE *out, const char *name, const char *value) {
  fprintf(out, " %s ", name);
  cli_print_word(out, value);
}

static void print_operand(FILE *out, const char *word) {
  fputc(' ', out);
  cli_print_word(out, word);
}

static void print_texts(FILE *out, const char *name, const sheaf_value *list) {
  for (size_t i = 0; i < sheaf_value_count(list); i++) {
    const sheaf_value *text = sheaf_value_at(list, i);
    if (text->type != SHEAF_STRING) continue;
    print_option(out, name, text->as.string.data);
  }
}

// --- Steps -----------------------------------------------------------------

static void print_step(FILE *out, const sheaf_value *step) {
  const char *plugin = sheaf_value_get_string(step, "plugin", "");
  const sheaf_value *options = sheaf_value_get(step, "options");
  char *json = NULL, *word = NULL;
  size_t size;
  if (!sheaf_value_count(options)) {
    print_option(out, "-p", plugin);
    return;
  }
  if (sheaf_value_write(options, &json, &size) == SHEAF_OK &&
      asprintf(&word, "%s:%s", plugin, json) >= 0)
    print_option(out, "-p", word);
  free(json);
  free(word);
}

// The limits of a pipeline file have no other place on a command line.
static void print_limits(FILE *out, const sheaf_value *step) {
  const sheaf_value *limits = sheaf_value_get(step, "limits");
  for (size_t i = 0; i < sheaf_value_count(limits); i++) {
    char word[256];
    const sheaf_value *limit = sheaf_value_at(limits, i);
    if (limit->type != SHEAF_INT) continue;
    snprintf(word, sizeof word, "%s:%s=%lld",
             sheaf_value_get_string(step, "plugin", ""),
             sheaf_value_key(limits, i).data, (long long)limit->as.integer);
    print_option(out, "--limits", word);
  }
}

static void print_steps(FILE *out, const sheaf_value *steps) {
  for (size_t i = 0; i < sheaf_value_count(steps); i++)
    print_step(out, sheaf_value_at(steps, i));
  for (size_t i = 0; i < sheaf_value_count(steps); i++)
    print_limits(out, sheaf_value_at(steps, i));
}

// --- Reading ---------------------------------------------------------------

static void print_number(FILE *out, const char *name, const sheaf_value *map,
                         const char *key, uint64_t usual) {
  int64_t number = sheaf_value_get_int(map, key, (int64_t)usual);
  if ((uint64_t)number != usual)
    fprintf(out, " %s %lld", name, (long long)number);
}

static void print_text(FILE *out, const char *name, const sheaf_value *map,
                       const char *key) {
  const char *text = sheaf_value_get_string(map, key, NULL);
  if (text) print_option(out, name, text);
}

static void print_reading(FILE *out, const sheaf_value *reading) {
  const sheaf_bundle_options usual = SHEAF_BUNDLE_OPTIONS_INIT;
  print_number(out, "--max-document", reading, "max_document",
               usual.max_document);
  print_number(out, "--max-total", reading, "max_total", usual.max_total);
  print_number(out, "--max-members", reading, "max_members", usual.max_members);
  print_number(out, "--max-ratio", reading, "max_ratio", usual.max_ratio);
  print_number(out, "--max-name", reading, "max_name", usual.max_name);
  print_number(out, "--max-stall", reading, "max_stall", usual.max_stall);
  print_text(out, "--text-field", reading, "text_field");
  print_text(out, "--id-field", reading, "id_field");
  print_text(out, "--format", reading, "format");
}

static void print_choice(FILE *out, const sheaf_value *report) {
  const sheaf_value *choice = sheaf_value_get(report, "choice");
  const sheaf_value *sample = sheaf_value_get(choice, "sample");
  print_texts(out, "--filter", sheaf_value_get(choice, "filters"));
  print_number(out, "--limit", choice, "limit", 0);
  if (sample && sample->type == SHEAF_FLOAT && sample->as.number > 0)
    fprintf(out, " --sample %g", sample->as.number);
  if (sheaf_value_get_int(report, "shards", 0))
    fprintf(out, " --shard %lld/%lld",
            (long long)sheaf_value_get_int(report, "shard", 0),
            (long long)sheaf_value_get_int(report, "shards", 0));
}

// --- Whole commands --------------------------------------------------------

static void print_directory(FILE *out, const sheaf_value *request) {
  const char *directory = sheaf_value_get_string(request, "directory", "");
  char *here = getcwd(NULL, 0);
  if (directory[0] && here && strcmp(directory, here) != 0) {
    fputs("cd ", out);
    cli_print_word(out, directory);
    fputs(" && ", out);
  }
  free(here);
}

void cli_print_run(FILE *out, const sheaf_value *report, const char *output,
                   const char *only, const char *more) {
  const sheaf_value *request = sheaf_value_get(report, "request");
  const sheaf_value *bundles = sheaf_value_get(report, "bundles");
  print_directory(out, request);
  fputs("sheaf run", out);
  print_steps(out, sheaf_value_get(request, "steps"));
  print_texts(out, "--allow", sheaf_value_get(request, "allow"));
  print_texts(out, "--limits", sheaf_value_get(request, "limits"));
  if (sheaf_value_get_bool(request, "raw", false)) fputs(" --raw", out);
  if (!only && sheaf_value_get_bool(request, "require_sandbox", false))
    fputs(" --require-sandbox", out);
  print_number(out, "--nested", report, "nested", 0);
  print_reading(out, sheaf_value_get(report, "reading"));
  if (only)
    print_option(out, "--only", only);
  else
    print_choice(out, report);
  if (more) fprintf(out, " %s", more);
  print_option(out, "-o", output);
  for (size_t i = 0; i < sheaf_value_count(bundles); i++)
    print_operand(
        out, sheaf_value_get_string(sheaf_value_at(bundles, i), "path", ""));
}

void cli_print_retry(FILE *out, const char *folder) {
  fputs("sheaf retry ", out);
  cli_print_word(out, folder);
}
