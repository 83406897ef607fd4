/// Walking over a bundle of any format, whatever comes in: members are numbered
/// from 1, seeking leads back to them, errors are told, and what is read whole
/// is what is streamed.
#ifndef FUZZ_WALK_H
#define FUZZ_WALK_H

#include <stdlib.h>
#include <string.h>

#include "bundle/bundle.h"

#define LIMIT ((uint64_t)1 << 16)

/// What was read whole, to be compared with what is streamed.
typedef struct {
  sf_buffer whole;
  size_t at;
} comparison;

static void require(bool condition) {
  if (!condition) abort();
}

static int compare(void *context, const char *data, size_t size) {
  comparison *with = context;
  require(size <= with->whole.size - with->at);
  require(size == 0 || !memcmp(with->whole.data + with->at, data, size));
  with->at += size;
  return 0;
}

static void check_error(int code, const sheaf_error *error) {
  require(error->code == code && error->why[0] != '\0');
}

static void read_twice(sheaf_bundle *bundle) {
  comparison with = {0};
  sheaf_bytes content;
  sheaf_error error;
  int code = sheaf_bundle_read(bundle, &content, &error);
  if (code) {
    check_error(code, &error);
    return;
  }
  require(content.size <= LIMIT);
  sf_buffer_append(&with.whole, content.data, content.size);
  require(!sheaf_bundle_stream(bundle, compare, &with, NULL));
  require(with.at == with.whole.size);
  sf_buffer_clear(&with.whole);
}

static void walk(sheaf_bundle *bundle) {
  sheaf_member member, same;
  sheaf_error error;
  uint64_t ordinal = 0;
  int code;
  while ((code = sheaf_bundle_next(bundle, &member, &error)) != SHEAF_END) {
    if (code) check_error(code, &error);
    require(code == 0 || sheaf_code_scope(code) == SHEAF_SCOPE_DOCUMENT);
    require(member.ordinal == ++ordinal);
    if (!code && member.type == SHEAF_MEMBER_FILE) read_twice(bundle);
    const sheaf_place place = {ordinal, member.offset};
    const sheaf_place *near = ordinal % 2 ? &place : NULL;
    require(!sheaf_bundle_seek(bundle, ordinal, near, NULL));
    require(sheaf_bundle_next(bundle, &same, NULL) == code);
    require(same.ordinal == ordinal && same.size == member.size);
  }
  // A format without a directory may find out only then.
  code = sheaf_bundle_seek(bundle, ordinal + 1, NULL, NULL);
  if (!code) code = sheaf_bundle_next(bundle, &member, NULL);
  require(code == SHEAF_ENOMEMBER || code == SHEAF_END);
}

/// Walks over the bytes as a bundle, if any format wants them.
static void walk_bytes(const char *name, const uint8_t *data, size_t size) {
  sheaf_bundle_options options = SHEAF_BUNDLE_OPTIONS_INIT;
  sheaf_bytes bytes = {(const char *)data, size};
  sheaf_bundle *bundle;
  sf_file *file;
  options.max_document = LIMIT;
  options.cache = "";
  options.max_stall = 0;
  if (sf_file_memory(&file, name, bytes, NULL)) return;
  if (sf_bundle_open_file(&bundle, file, &options, NULL)) return;
  walk(bundle);
  sheaf_bundle_close(bundle);
}

#endif
