/// Bundles inside of bundles, opened from memory.
#include "run/nest.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bundle/bundle.h"
#include "sheaf/plugin.h"

static bool is_container(const char *format) {
  return strcmp(format, "file") != 0 && strcmp(format, "jsonl") != 0;
}

bool sf_nest_bundle(sheaf_bytes content) {
  sheaf_bundle_options options = SHEAF_BUNDLE_OPTIONS_INIT;
  sheaf_bundle *bundle;
  sheaf_error error;
  options.cache = "";
  if (sheaf_bundle_open_memory(&bundle, "", content, &options, &error))
    return false;
  bool found = is_container(sheaf_bundle_format(bundle));
  sheaf_bundle_close(bundle);
  return found;
}

/// Counts the members and goes back to the first.
static int count_members(sheaf_bundle *bundle, uint64_t *count,
                         sheaf_error *error) {
  sheaf_member member;
  int code;
  *count = 0;
  do {
    code = sheaf_bundle_next(bundle, &member, error);
    if (code && sheaf_code_scope(code) != SHEAF_SCOPE_DOCUMENT) break;
    *count += sf_member_counts(&member);
  } while (*count <= SHEAF_CHILDREN_MAX);
  if (code < 0 && sheaf_code_scope(code) != SHEAF_SCOPE_DOCUMENT) return code;
  if (!*count) return SHEAF_OK;
  return sheaf_bundle_seek(bundle, 1, NULL, error);
}

static int open_level(sf_nest *nest, struct sf_nest_level *level,
                      const char *id, sheaf_bytes content, sf_buffer *reason,
                      sheaf_error *error) {
  sheaf_bundle_options options = *nest->reading;
  options.format = NULL;  // What is wanted is said of the outer bundle.
  uint64_t count;
  options.cache = "";
  level->id = sf_strndup(id, strlen(id));
  if (!level->id) return sf_no_memory(error);
  int code =
      sheaf_bundle_open_memory(&level->bundle, id, content, &options, error);
  if (!code) code = count_members(level->bundle, &count, error);
  if (code) return code;
  sf_buffer_printf(reason, "opened as a bundle: %s, %" PRIu64 " member%s",
                   sheaf_bundle_format(level->bundle), count,
                   count == 1 ? "" : "s");
  return SHEAF_OK;
}

int sf_nest_open(sf_nest *nest, const char *id, sheaf_bytes content,
                 sf_buffer *reason, sheaf_error *error) {
  if (nest->depth >= nest->limit) {
    sf_fail(error, SHEAF_ELIMIT, "",
            "a bundle inside of %zu others, where --nested opens no more",
            nest->depth + 1);
    return SHEAF_ELIMIT;
  }
  struct sf_nest_level *level = &nest->levels[nest->depth++];
  int code = open_level(nest, level, id, content, reason, error);
  if (code) sf_nest_close(nest);
  return code;
}

struct sf_nest_level *sf_nest_top(sf_nest *nest) {
  return &nest->levels[nest->depth - 1];
}

void sf_nest_close(sf_nest *nest) {
  struct sf_nest_level *level = sf_nest_top(nest);
  sheaf_bundle_close(level->bundle);
  free(level->id);
  *level = (struct sf_nest_level){NULL, NULL};
  nest->depth--;
}
