/// `sheaf why`: what happened to one document.
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/ledger.h"

typedef struct {
  const char *folder;
  bool json;
  bool complete;       // The run is.
  sheaf_value report;  // Its run.json.
} row_question;

#define INDENT 12

// A text of several lines, such as a traceback, stays in its column.
static void print_lines(const char *text) {
  for (;;) {
    size_t size = strcspn(text, "\n");
    cli_print_safe(stdout, (sheaf_bytes){text, size});
    putchar('\n');
    if (!text[size]) return;
    text += size + 1;
    printf("%*s", INDENT, "");
    while (*text == '\t') text++;
  }
}

static void print_fact(const char *name, const char *text) {
  if (!text) return;
  printf("  %-9s ", name);
  print_lines(text);
}

// Where a reader is told of, the text was read incompletely: nothing failed.
static bool is_part(const char *status, const sheaf_value *step) {
  const char *stage = sheaf_value_get_string(step, "stage", "");
  return !strcmp(status, "partial") && !strcmp(stage, "read");
}

static const char *explain(const char *status, const char *plugin,
                           const sheaf_value *step) {
  static const struct {
    const char *status, *meaning;
  } meanings[] = {
      {"ok", "every plugin was content; it is in the exports"},
      {"partial", "a plugin failed; what the others found is in the exports"},
      {"skipped", "left out on purpose; it is not in the exports"},
      {"failed", "it is not in the exports"},
      {"killed", "it had to be stopped from outside; not in the exports"},
  };
  if (is_part(status, step))
    return "it was read incompletely; what was read is in the exports";
  if (!plugin && strcmp(status, "partial") == 0)
    return "it may not be what it was; what was found is in the exports";
  for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++)
    if (strcmp(meanings[i].status, status) == 0) return meanings[i].meaning;
  return "";
}

static double milliseconds(const sheaf_value *row) {
  const sheaf_value *ms = sheaf_value_get(row, "ms");
  if (!ms) return 0;
  return ms->type == SHEAF_FLOAT ? ms->as.number
         : ms->type == SHEAF_INT ? (double)ms->as.integer
                                 : 0;
}

static void print_size(const sheaf_value *row) {
  char in[16], out[16];
  printf("  %-9s %s in, %s out, %.1f ms\n", "size",
         cli_bytes((uint64_t)sheaf_value_get_int(row, "bytes_in", 0), in),
         cli_bytes((uint64_t)sheaf_value_get_int(row, "bytes_out", 0), out),
         milliseconds(row));
}

// --- Steps -----------------------------------------------------------------

static const sheaf_value *find_step(const sheaf_value *pipeline,
                                    const char *plugin) {
  for (size_t i = 0; plugin && i < sheaf_value_count(pipeline); i++) {
    const sheaf_value *step = sheaf_value_at(pipeline, i);
    if (!strcmp(sheaf_value_get_string(step, "plugin", ""), plugin))
      return step;
  }
  return NULL;
}

// Which of the plugin's limits a hint is about: "… PLUGIN:LIMIT=…".
static bool find_limit(const sheaf_value *step, const char *hint, char *name,
                       size_t room) {
  const sheaf_value *limits = sheaf_value_get(step, "limits");
  for (size_t i = 0; hint && i < sheaf_value_count(limits); i++) {
    snprintf(name, room, "%s", sheaf_value_key(limits, i).data);
    const char *found = strstr(hint, name);
    if (found && found > hint && found[-1] == ':' && found[strlen(name)] == '=')
      return true;
  }
  return false;
}

static void print_limit(const sheaf_value *step, const char *hint) {
  char name[64];
  const sheaf_value *asked = sheaf_value_get(step, "asked");
  if (!find_limit(step, hint, name, sizeof name)) return;
  int64_t granted =
      sheaf_value_get_int(sheaf_value_get(step, "limits"), name, 0);
  int64_t own =
      sheaf_value_get_int(sheaf_value_get(asked, "limits"), name, granted);
  printf("  %-9s %s: it asks for %lld, it had %lld\n", "limit", name,
         (long long)own, (long long)granted);
}

// How to allow what a plugin was refused, which stands in the reason.
static const char *refused(const sheaf_value *row) {
  const char *reason = sheaf_value_get_string(row, "reason", "");
  const char *allow = strstr(reason, "(--allow ");
  return allow && strchr(allow, ')') ? allow + 1 : NULL;
}

static bool is_refusal(const sheaf_value *row) {
  const char *code = sheaf_value_get_string(row, "code", "");
  return refused(row) || !strcmp(code, sheaf_code_slug(SHEAF_EPERMISSION));
}

static void print_grants(const sheaf_value *step) {
  const sheaf_value *asked =
      sheaf_value_get(sheaf_value_get(step, "asked"), "permissions");
  const sheaf_value *had = sheaf_value_get(step, "grants");
  if (!sheaf_value_count(asked)) return;
  printf("  %-9s it asks for ", "allowed");
  cli_print_json_text(stdout, asked);
  fputs(", it had ", stdout);
  cli_print_json_text(stdout, had);
  putchar('\n');
}

// What a step came to, as far as the row of a document tells.
static const char *fate(const sheaf_value *step, const char *status, bool here,
                        bool before) {
  if (here && !strcmp(status, "skipped")) return "left it out";
  if (here && is_part(status, step)) return "read incompletely";
  if (here) return strcmp(status, "killed") == 0 ? "was stopped" : "failed";
  if (before) return "passed";
  return strcmp(status, "partial") == 0 ? "came after" : "not reached";
}

// Readers that are tried for each document are no news.
static bool is_news(const sheaf_value *step, bool here) {
  return here || strcmp(sheaf_value_get_string(step, "stage", ""), "read") != 0;
}

static void print_steps(const sheaf_value *pipeline, const sheaf_value *row) {
  const char *status = sheaf_value_get_string(row, "status", "");
  const char *plugin = sheaf_value_get_string(row, "plugin", NULL);
  bool unread =
      !plugin && (!strcmp(status, "failed") || !strcmp(status, "killed") ||
                  !strcmp(status, "skipped"));
  bool before = !unread, first = true;
  if (unread) print_fact("steps", "none was reached");
  for (size_t i = 0; i < sheaf_value_count(pipeline) && !unread; i++) {
    const sheaf_value *step = sheaf_value_at(pipeline, i);
    const char *name = sheaf_value_get_string(step, "plugin", "");
    bool here = before && plugin && strcmp(name, plugin) == 0;
    if (here) before = false;
    if (!is_news(step, here)) continue;
    printf("  %-9s %-24s %s\n", first ? "steps" : "", name,
           fate(step, status, here, before));
    first = false;
  }
}

// --- What to do ------------------------------------------------------------

static void print_action(const row_question *of, const char *front,
                         const char *more, const char *what) {
  fputs("    ", stdout);
  cli_print_retry(stdout, of->folder);
  putchar(' ');
  cli_print_word(stdout, front);
  if (more[0]) printf(" %s", more);
  printf("\n        %s\n", what);
}

// The numbers of the member that the document comes from.
static void copy_front(char *out, size_t room, const char *id) {
  size_t size = strcspn(id, "/");
  if (id[size]) size += 1 + strcspn(id + size + 1, "/");
  snprintf(out, room, "%.*s", (int)size, id);
}

static void print_more(const row_question *of, const sheaf_value *row,
                       const char *front) {
  char name[64], more[256];
  const char *plugin = sheaf_value_get_string(row, "plugin", NULL);
  const char *hint = sheaf_value_get_string(row, "hint", NULL);
  const sheaf_value *step =
      find_step(sheaf_value_get(&of->report, "pipeline"), plugin);
  const char *allow = refused(row);
  if (allow) {
    snprintf(more, sizeof more, "%.*s", (int)strcspn(allow, ")"), allow);
    print_action(of, front, more, "grants what it was refused");
  }
  if (!find_limit(step, hint, name, sizeof name)) return;
  int64_t had = sheaf_value_get_int(sheaf_value_get(step, "limits"), name, 0);
  snprintf(more, sizeof more, "--limits %s:%s=%lld", plugin, name,
           (long long)(4 * had));
  print_action(of, front, more, "gives it four times as much");
}

static void print_actions(const row_question *of, const sheaf_value *row) {
  char front[64];
  const char *status = sheaf_value_get_string(row, "status", "");
  bool well = !strcmp(status, "ok") || !strcmp(status, "skipped");
  const char *plugin = sheaf_value_get_string(row, "plugin", NULL);
  const sheaf_value *step =
      find_step(sheaf_value_get(&of->report, "pipeline"), plugin);
  if (!sheaf_value_get(&of->report, "request")) return;
  copy_front(front, sizeof front, sheaf_value_get_string(row, "id", ""));
  puts("\n  next:");
  if (of->complete && !well) {
    print_more(of, row, front);
    if (plugin && !is_part(status, step))
      print_action(of, front, "--shell",
                   "opens it in the shell, where it failed");
    print_action(of, front, "", "does it again, in this run");
  }
  fputs("    ", stdout);
  // What had to be killed needs somebody who does it.
  bool killed = strcmp(status, "killed") == 0;
  cli_print_run(stdout, &of->report, "replay", front, killed ? "-j 1" : "-j 0");
  puts("\n        does it again, alone, into a new folder");
}

static void print_row(const row_question *of, const sheaf_value *row) {
  const char *status = sheaf_value_get_string(row, "status", "");
  const char *plugin = sheaf_value_get_string(row, "plugin", NULL);
  const char *hint = sheaf_value_get_string(row, "hint", NULL);
  const char *code = sheaf_value_get_string(row, "code", NULL);
  const sheaf_value *pipeline = sheaf_value_get(&of->report, "pipeline");
  const sheaf_value *step = find_step(pipeline, plugin);
  cli_print_text(stdout, sheaf_value_get_string(row, "id", ""));
  printf("\n  %-9s %s: %s\n", "status", status, explain(status, plugin, step));
  print_fact("bundle", sheaf_value_get_string(row, "bundle", NULL));
  print_size(row);
  print_steps(pipeline, row);
  print_fact("plugin", plugin);
  print_fact("code", code);
  print_fact("reason", sheaf_value_get_string(row, "reason", NULL));
  if (step && code) print_limit(step, hint);
  if (step && is_refusal(row)) print_grants(step);
  print_fact("hint", hint);
  print_actions(of, row);
}

static int answer(void *context, const sheaf_value *row) {
  const row_question *question = context;
  if (question->json)
    cli_print_json(stdout, row);
  else
    print_row(question, row);
  return 0;
}

static int run_why(int argc, char **argv) {
  static const cli_option options[] = {{"json", 0, false}, {NULL, 0, false}};
  cli_arguments arguments = {"why", argc, argv, 1, NULL, false};
  const char *words[2] = {NULL, NULL};
  size_t count = 0;
  row_question question = {.json = false};
  for (int next; (next = cli_next(&arguments, options)) != CLI_END;) {
    if (next == CLI_HELP) return CLI_OK;
    if (next == CLI_BAD) return CLI_USAGE;
    if (next == 0) question.json = true;
    if (next == CLI_OPERAND && count == 2)
      return cli_usage("why", "'%s' is one too many", arguments.value);
    if (next == CLI_OPERAND) words[count++] = arguments.value;
  }
  if (count < 2) return cli_usage("why", "name a run's folder and a document");
  question.folder = words[0];
  // A run that has only just begun has no report.
  if (!question.json)
    cli_report_find(words[0], &question.report, &question.complete);
  int status = cli_ledger_find(words[0], words[1], answer, &question);
  sheaf_value_clear(&question.report);
  return status;
}

const cli_verb cli_why = {
    .name = "why",
    .summary = "explain what happened to a document",
    .help =
        "usage: sheaf why [--json] FOLDER DOCUMENT\n\n"
        "Explains what became of a document in a run: how far it came, what\n"
        "stopped it, with its limits and permissions, and what can be done\n"
        "about it, as commands to copy. DOCUMENT is its id, the numbers of\n"
        "the id, or the member's name.\n\n"
        "example: sheaf why out 1/2\n",
    .run = run_why,
};
