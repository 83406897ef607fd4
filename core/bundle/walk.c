/// Walking through a bundle, and through the bundles that lie in it.
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bundle/bundle.h"

/// Bytes by which a member is known to be no bundle.
#define HEAD_MOST ((size_t)64 << 10)

/// Bytes of a member that is read whole.
#define SMALL ((uint64_t)1 << 20)

/// Bytes of one that are unpacked in memory.
#define MEMORY_MOST ((size_t)8 << 20)

/// A bundle that was entered.
typedef struct {
  sheaf_bundle *bundle;
  char *id;  ///< Of the member that it is.
  sf_buffer content;
  sheaf_error doubt;  ///< About that.
} level;

struct sheaf_walk {
  sheaf_bundle *root;  ///< NULL: the walk begins inside of a member,
  sheaf_error doubt;   ///< and this is the doubt about it.
  const sheaf_bundle_options *reading;
  char *prefix;  ///< What the ids of members begin with.
  unsigned nested;
  level levels[SHEAF_NESTED_MAX];
  size_t depth;
  sheaf_member member;  ///< The current one,
  size_t around;        ///< and the number of levels around it.
  uint64_t packed;      ///< Bytes of the outermost member that was entered,
  uint64_t unpacked;    ///< and of all bundles within it that were, itself too.
  bool lost;            ///< The innermost bundle cannot be walked on.
  sf_buffer id;
};

// --- Beginning and ending --------------------------------------------------

int sf_walk_begin(sheaf_walk **out, const char *id,
                  const sheaf_bundle_options *reading, unsigned nested,
                  const sheaf_error *doubt, sheaf_error *error) {
  sheaf_walk *walk = calloc(1, sizeof *walk);
  char *prefix = strdup(id);
  *out = NULL;
  if (!walk || !prefix) {
    free(walk);
    free(prefix);
    return sf_no_memory(error);
  }
  walk->prefix = prefix;
  walk->reading = reading;
  walk->nested = nested;
  walk->doubt = *doubt;
  *out = walk;
  return SHEAF_OK;
}

int sheaf_walk_new(sheaf_walk **out, sheaf_bundle *bundle, const char *id,
                   unsigned nested, sheaf_error *error) {
  *out = NULL;
  if (nested > SHEAF_NESTED_MAX)
    return sf_fail(error, SHEAF_EINVAL, "nested", "%u levels, more than %d",
                   nested, SHEAF_NESTED_MAX);
  const sheaf_error none = {0};
  int code =
      sf_walk_begin(out, id, sf_bundle_options(bundle), nested, &none, error);
  if (!code) (*out)->root = bundle;
  return code;
}

static void leave(sheaf_walk *walk) {
  level *last = &walk->levels[--walk->depth];
  sheaf_bundle_close(last->bundle);
  sf_buffer_clear(&last->content);
  free(last->id);
  *last = (level){0};
  walk->lost = false;
}

void sheaf_walk_free(sheaf_walk *walk) {
  if (!walk) return;
  while (walk->depth) leave(walk);
  sf_buffer_clear(&walk->id);
  free(walk->prefix);
  free(walk);
}

// --- Names -----------------------------------------------------------------

sheaf_bundle *sheaf_walk_bundle(const sheaf_walk *walk) {
  return walk->depth ? walk->levels[walk->depth - 1].bundle : walk->root;
}

size_t sheaf_walk_depth(const sheaf_walk *walk) {
  return walk->around;
}

sheaf_bytes sheaf_walk_id(sheaf_walk *walk) {
  const sheaf_member *member = &walk->member;
  size_t around = walk->around;
  // A walk that begins inside of a member is at that one first.
  bool begun = walk->root || around;
  walk->id.size = 0;
  sf_buffer_puts(&walk->id,
                 around ? walk->levels[around - 1].id : walk->prefix);
  if (begun) {
    sf_buffer_printf(&walk->id, "/%" PRIu64 "/", member->ordinal);
    sf_buffer_append(&walk->id, member->name.data, member->name.size);
  }
  return sf_buffer_text(&walk->id) ? sf_buffer_bytes(&walk->id)
                                   : (sheaf_bytes){"", 0};
}

sheaf_bytes sheaf_walk_name(sheaf_walk *walk) {
  if (!walk->around) return walk->member.name;
  sheaf_bytes name = sheaf_walk_id(walk);
  size_t skipped = strlen(walk->prefix) + 1;  // With the slash behind it.
  if (name.size < skipped) return name;
  const char *slash = memchr(name.data + skipped, '/', name.size - skipped);
  if (slash) skipped = (size_t)(slash + 1 - name.data);
  return (sheaf_bytes){name.data + skipped, name.size - skipped};
}

// --- Doubts ----------------------------------------------------------------

// What is doubted of the bundle that was entered last, or of one around it.
static int outer_doubt(const sheaf_walk *walk, sheaf_error *error) {
  const sheaf_error *doubt = &walk->doubt;
  for (size_t i = walk->depth; i > 0 && !doubt->code; i--)
    doubt = &walk->levels[i - 1].doubt;
  if (error) *error = *doubt;
  return doubt->code;
}

int sheaf_walk_doubt(const sheaf_walk *walk, sheaf_error *error) {
  sheaf_bundle *bundle = sheaf_walk_bundle(walk);
  bool entered = walk->depth > walk->around;
  int code = bundle && !entered ? sheaf_bundle_doubt(bundle, error) : SHEAF_OK;
  return code ? code : outer_doubt(walk, error);
}

// --- Stepping --------------------------------------------------------------

// What ends an inner bundle costs the members that would have followed in it.
static int lose_inner(sheaf_walk *walk, int code, sheaf_error *error) {
  if (sheaf_code_scope(code) != SHEAF_SCOPE_BUNDLE) return code;
  walk->lost = true;
  return error->code = SHEAF_EUNREADABLE;
}

int sheaf_walk_next(sheaf_walk *walk, sheaf_member *member,
                    sheaf_error *error) {
  sheaf_error own;
  int code = SHEAF_END;
  if (!error) error = &own;
  if (walk->lost) leave(walk);
  while (sheaf_walk_bundle(walk)) {
    code = sheaf_bundle_next(sheaf_walk_bundle(walk), member, error);
    walk->member = *member;
    walk->around = walk->depth;
    if (code != SHEAF_END || !walk->depth) break;
    leave(walk);
  }
  return code < 0 && walk->depth ? lose_inner(walk, code, error) : code;
}

// --- Entering --------------------------------------------------------------

// Bundles that lie in each other multiply: together they may grow as much as
// one of them. A walk that begins inside of a member has limits of its own.
static int check_growth(sheaf_walk *walk, uint64_t size, sheaf_error *error) {
  unsigned most = walk->reading->max_ratio;
  if (walk->depth == 0) {
    const sheaf_member *member = &walk->member;
    walk->packed = member->packed_size ? member->packed_size : size;
    walk->unpacked = 0;
  }
  walk->unpacked += size;
  if (!walk->root || most == 0 || walk->unpacked <= SF_RATIO_FREE ||
      walk->unpacked / most <= walk->packed)
    return SHEAF_OK;
  sf_fail(error, SHEAF_ETOOLARGE, sf_bundle_path(walk->root),
          "it is left closed: the bundles in the same member of the outermost "
          "one unpack to more than %u times its %" PRIu64 " bytes",
          most, walk->packed);
  return sf_hint(error, "--max-ratio raises the limit");
}

static int check_depth(const sheaf_walk *walk, sheaf_error *error) {
  if (walk->depth < walk->nested) return SHEAF_OK;
  return sf_fail(error, SHEAF_ELIMIT, "",
                 "a bundle inside of %zu others, where --nested opens no more",
                 walk->depth + 1);
}

// Takes the level that was filled in, if its bundle, of `size` bytes, is one to
// be entered.
static int push(sheaf_walk *walk, level *found, uint64_t size, int code,
                sheaf_error *error) {
  bool fatal = code && sheaf_code_scope(code) == SHEAF_SCOPE_RUN;
  bool entered =
      !code && sf_bundle_has_members(sheaf_bundle_format(found->bundle));
  if (!entered) code = fatal ? code : SHEAF_END;
  if (!code) code = check_depth(walk, error);
  if (!code) code = check_growth(walk, size, error);
  if (!code) {
    sheaf_walk_doubt(walk, &found->doubt);
    walk->levels[walk->depth++] = *found;
    return SHEAF_OK;
  }
  sheaf_bundle_close(found->bundle);
  sf_buffer_clear(&found->content);
  free(found->id);
  return code;
}

// What is wanted was said of the outer bundle, and an index could not be found
// again.
static sheaf_bundle_options inner_options(const sheaf_walk *walk) {
  sheaf_bundle_options options = *walk->reading;
  options.format = NULL;
  options.cache = "";
  return options;
}

// What errors call the bundle that the current member is: its id, with the
// path of the outer bundle in the place of its own.
static char *inner_path(const sheaf_walk *walk, const char *id) {
  if (!walk->root) return sf_sprintf("%s", id);
  return sf_sprintf("%s%s", sf_bundle_path(walk->root),
                    id + strlen(walk->prefix));
}

// Opens what is in the file `fd`, which is taken, or else in memory.
static int open_inner(sheaf_walk *walk, int fd, sheaf_bytes content,
                      level *found, sheaf_error *error) {
  const sheaf_bundle_options options = inner_options(walk);
  sf_file *file = NULL;
  sheaf_bytes id = sheaf_walk_id(walk);
  found->id = sf_strndup(id.data, id.size);
  char *path = found->id ? inner_path(walk, found->id) : NULL;
  int code;
  if (fd >= 0)
    code = sf_file_adopt(&file, fd, path ? path : "", error);
  else
    code = sf_file_memory(&file, path ? path : "", content, error);
  if (!code) code = sf_bundle_open_inner(&found->bundle, file, &options, error);
  if (!path) code = sf_no_memory(error);
  free(path);
  return code;
}

int sf_walk_enter_content(sheaf_walk *walk, sheaf_bytes content,
                          sheaf_error *error) {
  level found = {0};
  int code = open_inner(walk, -1, content, &found, error);
  return push(walk, &found, content.size, code, error);
}

/// A member that is being unpacked.
typedef struct {
  const sheaf_bundle_options *reading;
  sf_buffer content;
  int fd;         ///< Of a large one; -1: all is in `content`.
  bool decided;   ///< It may be a bundle.
  bool refused;   ///< It is none.
  uint64_t size;  ///< Of all that was unpacked.
  sheaf_error *error;
} unpacking;

static void decide(unpacking *to) {
  to->decided = true;
  to->refused = !sf_bundle_may_be(sf_buffer_bytes(&to->content), to->reading);
}

static int spill(unpacking *to) {
  sf_buffer *content = &to->content;
  if (to->fd < 0) to->fd = sf_file_temporary(to->error);
  if (to->fd < 0) return SHEAF_EWRITE;
  int code = sf_write_all(to->fd, "a temporary file", content->data,
                          content->size, to->error);
  if (code) sf_hint(to->error, "TMPDIR says where temporary files go");
  content->size = 0;
  return code;
}

static int take_piece(void *context, const char *data, size_t size) {
  unpacking *to = context;
  sf_buffer_append(&to->content, data, size);
  to->size += size;
  if (to->content.failed) return sf_no_memory(to->error);
  if (!to->decided && to->content.size >= HEAD_MOST) decide(to);
  if (to->refused) return SHEAF_END;
  return to->content.size > MEMORY_MOST ? spill(to) : SHEAF_OK;
}

// SHEAF_END for a member that is no bundle, or that cannot be read: whoever
// reads it will see why.
static int unpack(sheaf_walk *walk, unpacking *to) {
  int code =
      sheaf_bundle_stream(sheaf_walk_bundle(walk), take_piece, to, to->error);
  bool fatal = code < 0 && sheaf_code_scope(code) == SHEAF_SCOPE_RUN;
  if (code) return fatal ? code : SHEAF_END;
  if (!to->decided) decide(to);
  if (to->refused) return SHEAF_END;
  return to->fd < 0 ? SHEAF_OK : spill(to);
}

// Small members are read whole: some formats keep that, and need not look for
// it again when it is read by someone else.
static int enter_small(sheaf_walk *walk, sheaf_error *error) {
  sheaf_bytes content;
  int code = sheaf_bundle_read(sheaf_walk_bundle(walk), &content, error);
  if (!code) return sf_walk_enter_content(walk, content, error);
  return sheaf_code_scope(code) == SHEAF_SCOPE_RUN ? code : SHEAF_END;
}

static int enter_large(sheaf_walk *walk, sheaf_error *error) {
  level found = {0};
  unpacking to = {.reading = walk->reading, .fd = -1, .error = error};
  int code = unpack(walk, &to);
  if (to.fd >= 0 || code) sf_buffer_clear(&to.content);
  if (code) {
    if (to.fd >= 0) close(to.fd);
    return code;
  }
  found.content = to.content;
  code = open_inner(walk, to.fd, sf_buffer_bytes(&to.content), &found, error);
  return push(walk, &found, to.size, code, error);
}

int sheaf_walk_enter(sheaf_walk *walk, sheaf_error *error) {
  sheaf_error own;
  uint64_t size = walk->member.size;
  if (!error) error = &own;
  if (walk->depth >= walk->nested || walk->member.type != SHEAF_MEMBER_FILE)
    return SHEAF_END;
  bool small = size > 0 && size <= SMALL;
  return small ? enter_small(walk, error) : enter_large(walk, error);
}
