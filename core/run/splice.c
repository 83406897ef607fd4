#include "run/splice.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/io.h"
#include "run/ledger.h"
#include "run/part.h"

#define PIECE ((size_t)256 << 10)

/// One of the two runs, read from its beginning to its end.
typedef struct {
  const char *folder;
  sf_ledger ledger;
  int *files;          ///< The outputs, each at the records of the next row.
  uint64_t *gathered;  ///< Bytes from there on that are to be copied.
  bool any;            ///< There is a row.
} source;

typedef struct {
  sf_splice *of;
  size_t outputs;
  source old, new;
  sf_part *parts;  ///< The outputs, then the ledger.
  char *piece;
} splicer;

static const char *output_name(const splicer *with, size_t output) {
  return sheaf_value_get_string(sheaf_value_at(with->of->outputs, output),
                                "name", "");
}

static uint64_t header_size(const splicer *with, size_t output) {
  const sheaf_value *of = sheaf_value_at(with->of->outputs, output);
  int64_t size = sheaf_value_get_int(of, "header", 0);
  return size > 0 ? (uint64_t)size : 0;
}

// --- Copying ---------------------------------------------------------------

static int shorter(const splicer *with, const source *from, size_t output,
                   sheaf_error *error) {
  sf_fail(error, SHEAF_ECHANGED, from->folder,
          "%s is not what the run wrote: its ledger tells of another size",
          output_name(with, output));
  return sf_hint(error, "begin a new run in another folder");
}

static int copy(splicer *with, const source *from, size_t output, uint64_t size,
                sheaf_error *error) {
  while (size) {
    size_t wanted = size < PIECE ? (size_t)size : PIECE;
    ssize_t got = read(from->files[output], with->piece, wanted);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0)
      return sf_fail_errno(error, SHEAF_EREAD, output_name(with, output),
                           "it cannot be read");
    if (!got) return shorter(with, from, output, error);
    sheaf_bytes bytes = {with->piece, (size_t)got};
    int code = sf_part_append(&with->parts[output], bytes, error);
    if (code) return code;
    size -= (uint64_t)got;
  }
  return SHEAF_OK;
}

/// Copies what was gathered of the outputs of one run.
static int copy_gathered(splicer *with, source *from, sheaf_error *error) {
  int code = SHEAF_OK;
  for (size_t i = 0; i < with->outputs && !code; i++) {
    code = copy(with, from, i, from->gathered[i], error);
    from->gathered[i] = 0;
  }
  return code;
}

/// The line goes at once, the records with those that follow.
static int take_row(splicer *with, source *from, sheaf_error *error) {
  const sf_ledger *row = &from->ledger;
  sheaf_bytes line = {row->line, row->line_size};
  for (size_t i = 0; i < with->outputs; i++) from->gathered[i] += row->sizes[i];
  sf_ledger_count(row, &with->of->counts);
  return sf_part_append(&with->parts[with->outputs], line, error);
}

/// Steps over the records of a row that is replaced.
static int drop_row(splicer *with, source *from, sheaf_error *error) {
  int code = copy_gathered(with, from, error);
  for (size_t i = 0; i < with->outputs && !code; i++)
    if (lseek(from->files[i], (off_t)from->ledger.sizes[i], SEEK_CUR) < 0)
      code = sf_fail_errno(error, SHEAF_EREAD, output_name(with, i),
                           "it cannot be read");
  return code;
}

// --- Rows ------------------------------------------------------------------

static int step(source *from, sheaf_error *error) {
  int code = sf_ledger_next(&from->ledger, error);
  from->any = code == SHEAF_OK;
  return code == SHEAF_END ? SHEAF_OK : code;
}

/// Goes through the rows of the unit that comes next.
static int each_row(splicer *with, source *from,
                    int (*visit)(splicer *, source *, sheaf_error *),
                    sheaf_error *error) {
  uint64_t bundle = from->ledger.bundle, member = from->ledger.member;
  int code = SHEAF_OK;
  while (!code && from->any && sf_ledger_is_at(&from->ledger, bundle, member)) {
    code = visit(with, from, error);
    if (!code) code = step(from, error);
  }
  return code;
}

/// Which of the two comes first: negative, the old one.
static int compare(const source *old, const source *new) {
  if (!old->any || !new->any) return old->any ? -1 : 1;
  const sf_ledger *a = &old->ledger, *b = &new->ledger;
  if (a->bundle != b->bundle) return a->bundle < b->bundle ? -1 : 1;
  return a->member < b->member ? -1 : a->member > b->member;
}

/// A member that could not be reached had no name then, or has none now.
static int check_name(const splicer *with, sheaf_error *error) {
  const char *was = sf_ledger_id(&with->old.ledger);
  const char *now = sf_ledger_id(&with->new.ledger);
  bool nameless = was[strlen(was) - 1] == '/' || now[strlen(now) - 1] == '/';
  if (nameless || !strcmp(was, now)) return SHEAF_OK;
  sf_fail(error, SHEAF_ECHANGED, was, "in its place is %s now", now);
  return sf_hint(error, "the bundle has changed: begin a new run");
}

static int take_new(splicer *with, bool replaces, sheaf_error *error) {
  int code = copy_gathered(with, &with->old, error);
  if (!code && replaces) code = check_name(with, error);
  if (!code && replaces) code = each_row(with, &with->old, drop_row, error);
  if (!code) code = each_row(with, &with->new, take_row, error);
  return code ? code : copy_gathered(with, &with->new, error);
}

static int splice_rows(splicer *with, sheaf_error *error) {
  int code = step(&with->old, error);
  if (!code) code = step(&with->new, error);
  while (!code && (with->old.any || with->new.any)) {
    int order = compare(&with->old, &with->new);
    code = order < 0 ? each_row(with, &with->old, take_row, error)
                     : take_new(with, order == 0, error);
  }
  return code ? code : copy_gathered(with, &with->old, error);
}

// --- Files -----------------------------------------------------------------

static int open_output(const splicer *with, source *from, size_t output,
                       sheaf_error *error) {
  char *path = sf_path_join(from->folder, output_name(with, output));
  if (!path) return sf_no_memory(error);
  from->files[output] = open(path, O_RDONLY | O_CLOEXEC);
  int code = from->files[output] < 0
                 ? sf_fail_errno(error, SHEAF_EOPEN, path, "cannot be opened")
                 : SHEAF_OK;
  free(path);
  return code;
}

static int open_source(splicer *with, source *from, const char *folder,
                       sheaf_error *error) {
  from->folder = folder;
  from->files = calloc(with->outputs + 1, sizeof *from->files);
  from->gathered = calloc(with->outputs + 1, sizeof *from->gathered);
  if (!from->files || !from->gathered) return sf_no_memory(error);
  for (size_t i = 0; i < with->outputs; i++) from->files[i] = -1;
  int code = sf_ledger_open(&from->ledger, folder, "", with->outputs, error);
  for (size_t i = 0; i < with->outputs && !code; i++)
    code = open_output(with, from, i, error);
  return code;
}

static void close_source(const splicer *with, source *from) {
  for (size_t i = 0; from->files && i < with->outputs; i++)
    if (from->files[i] >= 0) close(from->files[i]);
  free(from->files);
  free(from->gathered);
  sf_ledger_close(&from->ledger);
}

static int open_parts(splicer *with, const sf_run_folder *into,
                      sheaf_error *error) {
  with->parts = calloc(with->outputs + 1, sizeof *with->parts);
  with->piece = malloc(PIECE);
  if (!with->parts || !with->piece) return sf_no_memory(error);
  for (size_t i = 0; i <= with->outputs; i++) with->parts[i].fd = -1;
  int code = SHEAF_OK;
  for (size_t i = 0; i <= with->outputs && !code; i++)
    code = sf_part_open(&with->parts[i], into,
                        i < with->outputs ? output_name(with, i) : SF_LEDGER, 0,
                        error);
  return code;
}

static int copy_headers(splicer *with, sheaf_error *error) {
  int code = SHEAF_OK;
  for (size_t i = 0; i < with->outputs && !code; i++) {
    off_t size = (off_t)header_size(with, i);
    code = copy(with, &with->old, i, (uint64_t)size, error);
    if (!code && lseek(with->new.files[i], size, SEEK_SET) < 0)
      code = sf_fail_errno(error, SHEAF_EREAD, output_name(with, i),
                           "it cannot be read");
  }
  return code;
}

/// All that the old run wrote has gone one way or the other.
static int check_ends(splicer *with, sheaf_error *error) {
  for (size_t i = 0; i < with->outputs; i++) {
    off_t at = lseek(with->old.files[i], 0, SEEK_CUR);
    if (at != lseek(with->old.files[i], 0, SEEK_END))
      return shorter(with, &with->old, i, error);
  }
  return SHEAF_OK;
}

static int sync_parts(splicer *with, sheaf_error *error) {
  int code = SHEAF_OK;
  for (size_t i = 0; i <= with->outputs && !code; i++) {
    if (i < with->outputs) with->of->sizes[i] = with->parts[i].size;
    code = sf_part_sync(&with->parts[i], error);
    if (!code) code = sf_part_close(&with->parts[i], error);
  }
  return code;
}

int sf_splice_write(sf_splice *splice, const sf_run_folder *into,
                    sheaf_error *error) {
  splicer with = {.of = splice, .outputs = sheaf_value_count(splice->outputs)};
  splice->counts = (sheaf_progress){0};
  splice->sizes = calloc(with.outputs + 1, sizeof *splice->sizes);
  int code = splice->sizes ? SHEAF_OK : sf_no_memory(error);
  if (!code) code = open_source(&with, &with.old, splice->old, error);
  if (!code) code = open_source(&with, &with.new, splice->new, error);
  if (!code) code = open_parts(&with, into, error);
  if (!code) code = copy_headers(&with, error);
  if (!code) code = splice_rows(&with, error);
  if (!code) code = check_ends(&with, error);
  if (!code) code = sync_parts(&with, error);
  for (size_t i = 0; with.parts && i <= with.outputs; i++)
    sf_part_close(&with.parts[i], NULL);
  close_source(&with, &with.old);
  close_source(&with, &with.new);
  free(with.parts);
  free(with.piece);
  return code;
}

void sf_splice_clear(sf_splice *splice) {
  free(splice->sizes);
  splice->sizes = NULL;
}
