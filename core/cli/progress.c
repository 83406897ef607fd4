#include "cli/running.h"

#include <string.h>
#include <unistd.h>

#define PLAIN_SECONDS 5.0

bool cli_progress_init(cli_progress *progress, const char *name) {
  static const struct {
    const char *name;
    cli_progress_style style;
  } styles[] = {{"plain", CLI_PROGRESS_PLAIN},
                {"json", CLI_PROGRESS_JSON},
                {"none", CLI_PROGRESS_NONE}};
  *progress = (cli_progress){CLI_PROGRESS_PLAIN, 0, false};
  if (strcmp(name, "auto") == 0) {
    if (isatty(STDERR_FILENO)) progress->style = CLI_PROGRESS_LINE;
    return true;
  }
  for (size_t i = 0; i < sizeof styles / sizeof styles[0]; i++) {
    if (strcmp(styles[i].name, name) != 0) continue;
    progress->style = styles[i].style;
    return true;
  }
  return false;
}

static double rate(const sheaf_progress *run) {
  return run->seconds > 0 ? (double)run->bytes_in / 1e6 / run->seconds : 0;
}

// --- While it runs ---------------------------------------------------------

static void print_line(const sheaf_progress *run) {
  fprintf(stderr, "%llu", (unsigned long long)run->documents);
  if (run->planned) {
    fprintf(stderr, " of %llu%s", (unsigned long long)run->planned,
            run->planning ? "+" : "");
  }
  fprintf(stderr, " documents, %.1f MB/s", rate(run));
  if (run->documents && run->planned > run->documents && !run->planning) {
    double left = run->seconds / (double)run->documents *
                  (double)(run->planned - run->documents);
    fprintf(stderr, ", %.0f s left", left);
  }
  if (cli_failures(run)) fprintf(stderr, ", %llu failed", cli_failures(run));
}

void cli_progress_json(const sheaf_progress *run) {
  fprintf(stderr,
          "{\"documents\":%llu,\"planned\":%llu,\"planning\":%s,"
          "\"bytes_in\":%llu,\"bytes_out\":%llu,\"bundles_failed\":%llu,"
          "\"seconds\":%.3f",
          (unsigned long long)run->documents, (unsigned long long)run->planned,
          run->planning ? "true" : "false", (unsigned long long)run->bytes_in,
          (unsigned long long)run->bytes_out,
          (unsigned long long)run->bundles_failed, run->seconds);
  for (sheaf_status s = SHEAF_ROW_OK; s < SHEAF_STATUS_COUNT; s++)
    fprintf(stderr, ",\"%s\":%llu", sheaf_status_name(s),
            (unsigned long long)run->status[s]);
  fprintf(stderr, ",\"unfinished\":%llu}\n",
          (unsigned long long)run->unfinished);
}

void cli_progress_wipe(cli_progress *progress) {
  if (progress->live) fputs("\r\033[K", stderr);
  progress->live = false;
}

void cli_progress_show(cli_progress *progress, const sheaf_progress *run) {
  bool due = run->seconds - progress->printed >= PLAIN_SECONDS;
  switch (progress->style) {
    case CLI_PROGRESS_NONE:
      return;
    case CLI_PROGRESS_JSON:
      cli_progress_json(run);
      return;
    case CLI_PROGRESS_PLAIN:
      if (!due) return;
      fputs("sheaf: ", stderr);
      print_line(run);
      fputc('\n', stderr);
      break;
    case CLI_PROGRESS_LINE:
      cli_progress_wipe(progress);
      print_line(run);
      progress->live = true;
      fflush(stderr);
  }
  progress->printed = run->seconds;
}

// --- At the end ------------------------------------------------------------

static void print_counts(const sheaf_progress *run) {
  bool first = true;
  for (sheaf_status s = SHEAF_ROW_OK; s < SHEAF_STATUS_COUNT; s++) {
    if (!run->status[s]) continue;
    fprintf(stderr, "%s%llu %s", first ? ": " : ", ",
            (unsigned long long)run->status[s], sheaf_status_name(s));
    first = false;
  }
}

void cli_progress_documents(const sheaf_progress *run, const char *again) {
  fprintf(stderr, "%llu document%s%s", (unsigned long long)run->documents,
          run->documents == 1 ? "" : "s", again);
  print_counts(run);
}

void cli_progress_advice(const sheaf_progress *run, const char *output) {
  if (cli_failures(run)) {
    fputs(" ('sheaf status ", stderr);
    cli_print_text(stderr, output);
    fputs("' tells why)", stderr);
  }
  fputc('\n', stderr);
}

void cli_progress_end(cli_progress *progress, const sheaf_progress *run,
                      const char *output) {
  char in[16], out[16];
  cli_progress_wipe(progress);
  if (progress->style == CLI_PROGRESS_NONE) return;
  if (progress->style == CLI_PROGRESS_JSON) {
    cli_progress_json(run);
    return;
  }
  fputs("sheaf: ", stderr);
  cli_progress_documents(run, "");
  if (run->bundles_failed)
    fprintf(stderr, "; %llu bundle%s could not be opened",
            (unsigned long long)run->bundles_failed,
            run->bundles_failed == 1 ? "" : "s");
  if (run->unfinished)
    fprintf(stderr, "; %llu step%s did not finish (--resume tries again)",
            (unsigned long long)run->unfinished,
            run->unfinished == 1 ? "" : "s");
  cli_progress_advice(run, output);
  fputs("sheaf: ", stderr);
  cli_print_text(stderr, output);
  fprintf(stderr, ": %s in, %s out, %.2f s%s\n", cli_bytes(run->bytes_in, in),
          cli_bytes(run->bytes_out, out), run->seconds,
          run->complete_before ? ", complete before" : "");
}
