/// Opening a bundle: the format that bids most reads it.
#include "bundle/bundle.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define HEAD ((size_t)512)

struct sheaf_bundle {
  const sf_format *format;
  void *reader;
  sf_source source;
  char *path;
  bool at_member;  // `next` has delivered one that can be read.
};

// --- Opening ---------------------------------------------------------------

static const sf_format *choose_format(const sf_source *source,
                                      sheaf_bytes head) {
  const sf_format *chosen = NULL;
  int highest = 0;
  for (const sf_format *const *format = sf_formats; *format; format++) {
    int bid = (*format)->bid(source, head);
    if (bid <= highest) continue;
    highest = bid;
    chosen = *format;
  }
  return chosen;
}

static int open_reader(sheaf_bundle *bundle, sheaf_error *error) {
  sheaf_bytes head = {"", 0};
  sf_source *source = &bundle->source;
  if (source->file) {
    uint64_t size = sf_file_size(source->file);
    int code = sf_file_view(source->file, 0, size < HEAD ? (size_t)size : HEAD,
                            &head, error);
    if (code != SHEAF_OK) return code;
  }
  bundle->format = choose_format(source, head);
  if (!bundle->format)
    return sf_fail(error, SHEAF_EFORMAT, source->path,
                   "no reader knows this format");
  return bundle->format->open(&bundle->reader, source, error);
}

// Takes `file`, which is NULL for a folder.
static int open_source(sheaf_bundle **out, const char *path, sf_file *file,
                       const sheaf_bundle_options *options,
                       sheaf_error *error) {
  sheaf_bundle *bundle = calloc(1, sizeof *bundle);
  char *copy = sf_strndup(path, strlen(path));
  if (!bundle || !copy) {
    free(bundle);
    free(copy);
    sf_file_close(file);
    return sf_no_memory(error);
  }
  bundle->path = copy;
  bundle->source = (sf_source){copy, file, SHEAF_BUNDLE_OPTIONS_INIT};
  if (options) bundle->source.options.max_document = options->max_document;
  int code = open_reader(bundle, error);
  if (code != SHEAF_OK) {
    sheaf_bundle_close(bundle);
    return code;
  }
  *out = bundle;
  return SHEAF_OK;
}

int sf_bundle_open_file(sheaf_bundle **out, sf_file *file,
                        const sheaf_bundle_options *options,
                        sheaf_error *error) {
  *out = NULL;
  return open_source(out, sf_file_path(file), file, options, error);
}

int sheaf_bundle_open(sheaf_bundle **out, const char *path,
                      const sheaf_bundle_options *options, sheaf_error *error) {
  struct stat status;
  sf_file *file = NULL;
  *out = NULL;
  if (stat(path, &status) != 0)
    return sf_fail_errno(error, SHEAF_EOPEN, path, "cannot be opened");
  if (!S_ISDIR(status.st_mode)) {
    int code = sf_file_open(&file, path, error);
    if (code != SHEAF_OK) return code;
  }
  return open_source(out, path, file, options, error);
}

void sheaf_bundle_close(sheaf_bundle *bundle) {
  if (!bundle) return;
  if (bundle->reader) bundle->format->close(bundle->reader);
  sf_file_close(bundle->source.file);
  free(bundle->path);
  free(bundle);
}

const char *sheaf_bundle_format(const sheaf_bundle *bundle) {
  return bundle->format->name;
}

// --- Reading ---------------------------------------------------------------

int sheaf_bundle_next(sheaf_bundle *bundle, sheaf_member *member,
                      sheaf_error *error) {
  *member = (sheaf_member){.name = {"", 0}};
  int code = bundle->format->next(bundle->reader, member, error);
  bundle->at_member = code == SHEAF_OK && member->type == SHEAF_MEMBER_FILE;
  return code;
}

int sheaf_bundle_seek(sheaf_bundle *bundle, uint64_t ordinal,
                      sheaf_error *error) {
  bundle->at_member = false;
  if (ordinal == 0)
    return sf_fail(error, SHEAF_ENOMEMBER, bundle->path,
                   "members count from 1");
  return bundle->format->seek(bundle->reader, ordinal, error);
}

static int no_content(const sheaf_bundle *bundle, sheaf_error *error) {
  return sf_fail(error, SHEAF_ENOMEMBER, bundle->path,
                 "the current member has no content to read");
}

int sheaf_bundle_read(sheaf_bundle *bundle, sheaf_bytes *content,
                      sheaf_error *error) {
  if (!bundle->at_member) return no_content(bundle, error);
  return bundle->format->read(bundle->reader, content, error);
}

int sheaf_bundle_stream(sheaf_bundle *bundle, sheaf_sink sink, void *context,
                        sheaf_error *error) {
  if (!bundle->at_member) return no_content(bundle, error);
  return bundle->format->stream(bundle->reader, sink, context, error);
}
