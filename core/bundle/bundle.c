/// Opening a bundle: the format that bids most reads it.
#include "bundle/bundle.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "text/text.h"

#define HEAD       ((size_t)512)
#define LAYERS_MAX 3  ///< Of compression around a bundle.
#define GZIP       "gzip"

struct sheaf_bundle {
  const sf_format *format;
  void *reader;
  sf_source source;
  char *path;
  char *name;                       // Of the format: "tar+gzip".
  const char *packing[LAYERS_MAX];  // The kinds of compression, outer first.
  uint64_t packed;                  // Bytes within none of it.
  sf_isolation isolation;
  sheaf_error doubt;  // About the current member; a code of 0: none.
  sheaf_error flaw;   // Of the bundle itself, likewise.
  bool at_file;       // `next` has delivered a member that can be read.
  bool full;          // `next` has delivered the member that is too many.
};

// --- Opening ---------------------------------------------------------------

static const sf_format *find_format(const char *name) {
  for (const sf_format *const *format = sf_formats; *format; format++)
    if (strcmp((*format)->name, name) == 0) return *format;
  return NULL;
}

static int no_format(const sf_source *source, sheaf_error *error) {
  const char *names[16] = {NULL};
  const char *wanted = source->options.format;
  if (!wanted)
    return sf_fail(error, SHEAF_EFORMAT, source->path,
                   "no reader knows this format");
  for (size_t i = 0; sf_formats[i] && i + 1 < SF_COUNT(names); i++)
    names[i] = sf_formats[i]->name;
  const char *near = sf_nearest(wanted, names);
  sf_fail(error, SHEAF_EUSAGE, "format", "there is no format '%s'", wanted);
  if (near) return sf_hint(error, "did you mean '%s'?", near);
  return sf_hint(error, "zip, tar, jsonl, warc, archive and file are there");
}

static const sf_format *choose_format(const sf_source *source,
                                      sheaf_bytes head) {
  const sf_format *chosen = NULL;
  // A folder is no file, whatever is wanted.
  if (source->options.format && source->file)
    return find_format(source->options.format);
  int highest = 0;
  for (const sf_format *const *format = sf_formats; *format; format++) {
    int bid = (*format)->bid(source, head);
    if (bid <= highest) continue;
    highest = bid;
    chosen = *format;
  }
  return chosen;
}

// Copies the first bytes: bidders may look at others.
static int read_head(const sf_source *source, char head[HEAD], size_t *size,
                     sheaf_error *error) {
  *size = 0;
  if (!source->file) return SHEAF_OK;
  uint64_t all = sf_file_size(source->file);
  *size = all < HEAD ? (size_t)all : HEAD;
  int code = sf_file_read(source->file, 0, head, *size, error);
  // A stream that is lost from the beginning on: the reader will say it.
  if (code && source->layers) *size = 0;
  return source->layers ? SHEAF_OK : code;
}

// How much the next layer may grow: all of them multiply, and have one limit.
static unsigned ratio_left(sheaf_bundle *bundle) {
  unsigned most = bundle->source.options.max_ratio;
  uint64_t size = sf_file_size(bundle->source.file);
  if (!bundle->packed) bundle->packed = size;
  uint64_t grown = bundle->packed ? size / bundle->packed : 0;
  if (!most || grown <= 1) return most;
  return grown < most ? most / (unsigned)grown : 1;
}

// Puts the file of what the stream in it unpacks to in the place of the file.
static int unwrap(sheaf_bundle *bundle, const char *kind, sheaf_error *error) {
  sf_source *source = &bundle->source;
  const sf_stream_limits limits = {source->options.max_total,
                                   ratio_left(bundle)};
  sf_file *packed = source->file;
  source->file = NULL;
  if (++source->layers > LAYERS_MAX) {
    sf_file_close(packed);
    return sf_fail(error, SHEAF_ETOOLARGE, source->path,
                   "it is compressed more than %d times", LAYERS_MAX);
  }
  bundle->packing[source->layers - 1] = kind;
  if (strcmp(kind, GZIP) != 0)
    return sf_unpack_stream(&source->file, packed, &limits, error);
  return sf_gunzip(&source->file, packed, &limits, source->options.cache,
                   error);
}

static const char *packed_kind(sheaf_bytes head) {
  return sf_gzip_is(head) ? GZIP : sf_packed_kind(head);
}

// Reads the first bytes, of what is within compression.
static int peel(sheaf_bundle *bundle, char head[HEAD], size_t *size,
                sheaf_error *error) {
  int code = read_head(&bundle->source, head, size, error);
  const char *kind;
  while (!code && (kind = packed_kind((sheaf_bytes){head, *size}))) {
    code = unwrap(bundle, kind, error);
    if (!code) code = read_head(&bundle->source, head, size, error);
  }
  return code;
}

static int name_format(sheaf_bundle *bundle, sheaf_error *error) {
  unsigned layers = bundle->source.layers;
  bundle->name = layers ? sf_sprintf("%s+%s", bundle->format->name,
                                     bundle->packing[layers - 1])
                        : sf_sprintf("%s", bundle->format->name);
  return bundle->name ? SHEAF_OK : sf_no_memory(error);
}

static int open_reader(sheaf_bundle *bundle, sheaf_error *error) {
  char head[HEAD];
  size_t size;
  sf_source *source = &bundle->source;
  source->doubt = &bundle->doubt;
  source->flaw = &bundle->flaw;
  source->isolation = &bundle->isolation;
  bundle->isolation.stall = source->options.max_stall;
  bundle->isolation.helper = source->options.helper;
  int code = peel(bundle, head, &size, error);
  if (code) return code;
  bundle->format = choose_format(source, (sheaf_bytes){head, size});
  if (!bundle->format) return no_format(source, error);
  code = name_format(bundle, error);
  if (code) return code;
  return bundle->format->open(&bundle->reader, source, error);
}

static void take_options(sheaf_bundle_options *own,
                         const sheaf_bundle_options *given) {
  *own = (sheaf_bundle_options)SHEAF_BUNDLE_OPTIONS_INIT;
  if (!given) return;
  // An older caller's struct may be shorter.
  memcpy(own, given, given->size < sizeof *own ? given->size : sizeof *own);
}

// Takes `file`, which is NULL for a folder.
static int open_source(sheaf_bundle **out, const char *path, sf_file *file,
                       bool inner, const sheaf_bundle_options *options,
                       sheaf_error *error) {
  sheaf_bundle *bundle = calloc(1, sizeof *bundle);
  char *copy = bundle ? strdup(path) : NULL;
  if (!copy) {
    free(bundle);
    sf_file_close(file);
    return sf_no_memory(error);
  }
  bundle->path = copy;
  bundle->source.path = copy;
  bundle->source.file = file;
  bundle->source.inner = inner;
  take_options(&bundle->source.options, options);
  int code = open_reader(bundle, error);
  if (code) {
    sheaf_bundle_close(bundle);
    return code;
  }
  *out = bundle;
  return SHEAF_OK;
}

int sf_bundle_open_file(sheaf_bundle **out, sf_file *file,
                        const sheaf_bundle_options *options,
                        sheaf_error *error) {
  sheaf_error own;
  *out = NULL;
  return open_source(out, sf_file_path(file), file, false, options,
                     error ? error : &own);
}

int sf_bundle_open_inner(sheaf_bundle **out, sf_file *file,
                         const sheaf_bundle_options *options,
                         sheaf_error *error) {
  *out = NULL;
  return open_source(out, sf_file_path(file), file, true, options, error);
}

int sheaf_bundle_open(sheaf_bundle **out, const char *path,
                      const sheaf_bundle_options *options, sheaf_error *error) {
  struct stat facts;
  sheaf_error own;
  sf_file *file = NULL;
  *out = NULL;
  if (!error) error = &own;
  bool folder = stat(path, &facts) == 0 && S_ISDIR(facts.st_mode);
  int code = SHEAF_OK;
  if (sf_path_is_stream(path))
    code = sf_file_stream(&file, path, error);
  else if (!folder)
    code = sf_file_open(&file, path, error);
  return code ? code : open_source(out, path, file, false, options, error);
}

int sf_bundle_open_as(sheaf_bundle **out, const char *path, const char *name,
                      const sheaf_bundle_options *options, sheaf_error *error) {
  sf_file *file = NULL;
  *out = NULL;
  if (strcmp(path, name) == 0)
    return sheaf_bundle_open(out, path, options, error);
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0)
    return sf_fail_errno(error, SHEAF_EOPEN, path, "cannot be opened");
  int code = sf_file_adopt(&file, fd, name, error);
  return code ? code : sf_bundle_open_file(out, file, options, error);
}

int sheaf_bundle_open_memory(sheaf_bundle **out, const char *name,
                             sheaf_bytes content,
                             const sheaf_bundle_options *options,
                             sheaf_error *error) {
  sf_file *file;
  *out = NULL;
  int code = sf_file_memory(&file, name, content, error);
  return code ? code : sf_bundle_open_file(out, file, options, error);
}

void sheaf_bundle_close(sheaf_bundle *bundle) {
  if (!bundle) return;
  if (bundle->reader) bundle->format->close(bundle->reader);
  sf_file_close(bundle->source.file);
  free(bundle->name);
  free(bundle->path);
  free(bundle);
}

bool sf_bundle_may_be(sheaf_bytes head, const sheaf_bundle_options *options) {
  sf_source source = {.path = "", .inner = true, .cut = true};
  if (packed_kind(head)) return true;
  take_options(&source.options, options);
  if (sf_file_memory(&source.file, "", head, NULL)) return false;
  if (head.size > HEAD) head.size = HEAD;
  const sf_format *format = choose_format(&source, head);
  bool may = format && sf_bundle_has_members(format->name);
  sf_file_close(source.file);
  return may;
}

bool sf_bundle_has_members(const char *format) {
  return strcmp(format, "file") != 0;
}

const char *sheaf_bundle_format(const sheaf_bundle *bundle) {
  return bundle->name;
}

const sheaf_bundle_options *sf_bundle_options(const sheaf_bundle *bundle) {
  return &bundle->source.options;
}

uint64_t sf_bundle_entry(const sheaf_bundle *bundle, uint64_t offset) {
  const sf_file *file = bundle->source.file;
  return file ? sf_file_entry(file, offset) : offset;
}

const char *sf_bundle_path(const sheaf_bundle *bundle) {
  return bundle->path;
}

// --- Reading ---------------------------------------------------------------

// A compressed stream around the bundle may be in doubt; what else there is to
// doubt the format finds when it reads the member.
static void note_doubt(sheaf_bundle *bundle, sheaf_member *member) {
  const sf_format *format = bundle->format;
  if (!bundle->source.layers) return;
  uint64_t end = format->end ? format->end(bundle->reader)
                             : member->offset + member->packed_size;
  if (sf_file_doubt(bundle->source.file, member->offset, end, &bundle->doubt))
    member->flags |= SHEAF_MEMBER_UNVERIFIED;
}

// The member that is one too many has an error in the place of its content,
// and is the last: whoever accounts for members sees where they end, and why.
static int check_count(sheaf_bundle *bundle, const sheaf_member *member,
                       sheaf_error *error) {
  uint64_t most = bundle->source.options.max_members;
  bundle->full = member->ordinal > most;
  if (!bundle->full) return SHEAF_OK;
  sf_fail(error, SHEAF_ETOOLARGE, bundle->path,
          "it has more than %" PRIu64 " members: number %" PRIu64
          " and what follows is left out",
          most, member->ordinal);
  return sf_hint(error, "--max-members raises the limit");
}

// A name that is too long is cut, since it becomes a part of ids.
static int check_name(sheaf_bundle *bundle, sheaf_member *member,
                      sheaf_error *error) {
  size_t size = member->name.size;
  size_t most = bundle->source.options.max_name;
  if (size <= most) return SHEAF_OK;
  while (most > 0 && !sf_utf8_boundary(member->name, most)) most--;
  member->name.size = most;
  sf_fail(error, SHEAF_ETOOLARGE, NULL,
          "its name has %zu bytes or more, over the limit of %u", size,
          bundle->source.options.max_name);
  sf_hint(error, "--max-name raises the limit");
  return sf_member_fail(&bundle->source, member, SHEAF_ETOOLARGE, error);
}

int sheaf_bundle_next(sheaf_bundle *bundle, sheaf_member *member,
                      sheaf_error *error) {
  sheaf_error own;
  if (!error) error = &own;
  *member = (sheaf_member){.name = {"", 0}};
  bundle->at_file = false;
  bundle->doubt.code = SHEAF_OK;
  if (bundle->full) return SHEAF_END;
  int code = bundle->format->next(bundle->reader, member, error);
  if (code == SHEAF_END) return code;
  if (code && sheaf_code_scope(code) != SHEAF_SCOPE_DOCUMENT) return code;
  int over = check_count(bundle, member, error);
  if (!over) over = check_name(bundle, member, error);
  if (code || over) return over ? over : code;
  bundle->at_file = member->type == SHEAF_MEMBER_FILE;
  note_doubt(bundle, member);
  return SHEAF_OK;
}

int sheaf_bundle_doubt(const sheaf_bundle *bundle, sheaf_error *error) {
  if (error) *error = bundle->doubt;
  return bundle->doubt.code;
}

int sheaf_bundle_flaw(const sheaf_bundle *bundle, sheaf_error *error) {
  if (error) *error = bundle->flaw;
  return bundle->flaw.code;
}

int sheaf_bundle_seek(sheaf_bundle *bundle, uint64_t ordinal,
                      const sheaf_place *near, sheaf_error *error) {
  sheaf_error own;
  if (!error) error = &own;
  bundle->at_file = false;
  bundle->full = false;
  if (ordinal == 0)
    return sf_fail(error, SHEAF_ENOMEMBER, bundle->path,
                   "members count from 1");
  if (near && (near->ordinal == 0 || near->ordinal > ordinal)) near = NULL;
  return bundle->format->seek(bundle->reader, ordinal, near, error);
}

static int no_content(const sheaf_bundle *bundle, sheaf_error *error) {
  return sf_fail(error, SHEAF_ENOMEMBER, bundle->path,
                 "the current member has no content to read");
}

int sheaf_bundle_read(sheaf_bundle *bundle, sheaf_bytes *content,
                      sheaf_error *error) {
  sheaf_error own;
  if (!error) error = &own;
  if (!bundle->at_file) return no_content(bundle, error);
  // A limit has cut the stream: what is there is not all of it.
  if (bundle->doubt.code == SHEAF_ETOOLARGE)
    return sheaf_bundle_doubt(bundle, error);
  return bundle->format->read(bundle->reader, content, error);
}

// Stands before the caller's sink and remembers how it stopped the stream.
typedef struct {
  sheaf_sink sink;
  void *context;
  int answer;
} gate;

static int pass(void *context, const char *data, size_t size) {
  gate *before = context;
  return before->answer = before->sink(before->context, data, size);
}

int sheaf_bundle_stream(sheaf_bundle *bundle, sheaf_sink sink, void *context,
                        sheaf_error *error) {
  if (!bundle->at_file) return no_content(bundle, error);
  gate before = {sink, context, 0};
  sheaf_error failure = {0};
  int code = bundle->format->stream(bundle->reader, pass, &before, &failure);
  if (before.answer) return before.answer;
  if (code && error) *error = failure;
  return code;
}
