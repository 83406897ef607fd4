#include "cli/packing.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static sheaf_packed facts_of(const char *path, cli_members *members) {
  const sheaf_member *member = &members->member;
  return (sheaf_packed){.name = sheaf_walk_name(members->walk),
                        .modified = member->modified,
                        .media_type = member->media_type,
                        .metadata = member->metadata,
                        .source = path};
}

// The same damage puts all that follows in doubt: it is told once.
static void tell_once(cli_packing *packing, const sheaf_error *why) {
  if (strcmp(packing->told.why, why->why) != 0) cli_warn(why);
  packing->told = *why;
}

static int lose(cli_packing *packing, const sheaf_packed *about,
                const sheaf_error *why) {
  sheaf_error error;
  packing->lost++;
  tell_once(packing, why);
  if (sheaf_packer_lose(packing->packer, about, why, &error) == SHEAF_OK)
    return CLI_SOME_FAILED;
  return cli_fail(&error);
}

/// A member on its way from a bundle into the packer.
typedef struct {
  cli_packing *packing;
  const cli_members *members;
  sheaf_packed about;
  uint64_t bytes;
  sheaf_error failure;  ///< Of the packer: a code of 0: none.
} passage;

// Members of any size are packed, unless a limit was set.
static uint64_t most_bytes(const passage *way) {
  const cli_reading *reading = way->packing->reading;
  return reading->limited ? reading->how.max_document : UINT64_MAX;
}

static int fail_size(const passage *way, uint64_t size, sheaf_error *error) {
  const sheaf_bytes name = way->about.name;
  *error = (sheaf_error){.code = SHEAF_ETOOLARGE};
  snprintf(error->what, sizeof error->what, "%s", way->about.source);
  snprintf(error->why, sizeof error->why,
           "member '%.*s': %" PRIu64
           " bytes%s, more than the limit of %" PRIu64,
           name.size < 200 ? (int)name.size : 200, name.data, size,
           size > way->members->member.size ? " or more" : "", most_bytes(way));
  return error->code;
}

static int pack_piece(void *context, const char *data, size_t size) {
  passage *way = context;
  way->bytes += size;
  if (way->bytes > most_bytes(way)) return SHEAF_END;
  return sheaf_packer_write(way->packing->packer, (sheaf_bytes){data, size},
                            &way->failure);
}

// What makes the member one to be left out: an error, or a doubt. In a new file
// its checksum would vouch for it: it must be known to be whole, or be marked.
static int find_fault(passage *way, sheaf_error *error) {
  cli_packing *packing = way->packing;
  uint64_t declared = way->members->member.size;
  if (declared > most_bytes(way)) return fail_size(way, declared, error);
  int code = sheaf_bundle_stream(way->members->source, pack_piece, way, error);
  if (code == SHEAF_END) return fail_size(way, way->bytes, error);
  if (code || way->failure.code) return code;
  code = sheaf_walk_doubt(way->members->walk, error);
  if (!code) return SHEAF_OK;
  packing->doubted++;
  if (!packing->doubtful) return code;
  way->about.doubt = error->why;
  return SHEAF_OK;
}

// Copies the content. `*error` tells what is wrong with the member where it is
// left out; `way->failure` has what ends the packing.
static int copy_content(passage *way, sheaf_error *error) {
  sheaf_packer *packer = way->packing->packer;
  sheaf_error *failure = &way->failure;
  int code = sheaf_packer_begin(packer, &way->about, error);
  if (code && sheaf_code_scope(code) != SHEAF_SCOPE_DOCUMENT) *failure = *error;
  if (code) return code;
  code = find_fault(way, error);
  if (failure->code) return failure->code;
  if (code)
    sheaf_packer_drop(packer, failure);
  else
    sheaf_packer_end(packer, way->about.doubt, failure);
  return code;
}

static bool is_same(const char *path, const struct stat *other) {
  struct stat facts;
  return stat(path, &facts) == 0 && facts.st_dev == other->st_dev &&
         facts.st_ino == other->st_ino;
}

static bool ends_in(sheaf_bytes name, const char *ending) {
  size_t size = strlen(ending);
  return name.size >= size &&
         memcmp(name.data + name.size - size, ending, size) == 0;
}

// True for the output, and for what it is before it is complete. Nothing is
// looked up but what is called so.
static bool is_output(const cli_packing *packing, const char *folder,
                      const sheaf_member *member) {
  const char *slash = strrchr(packing->output, '/');
  const char *base = slash ? slash + 1 : packing->output;
  char part[4096], path[8192];
  struct stat facts;
  snprintf(part, sizeof part, "%s.part", packing->output);
  if (!ends_in(member->name, base) && !ends_in(member->name, ".part"))
    return false;
  int size = snprintf(path, sizeof path, "%s/%.*s", folder,
                      (int)member->name.size, member->name.data);
  return size > 0 && (size_t)size < sizeof path && stat(path, &facts) == 0 &&
         (is_same(packing->output, &facts) || is_same(part, &facts));
}

// Of a bundle that was entered the members are packed in its place.
static bool is_packed(const cli_packing *packing, const cli_members *members,
                      const char *path) {
  const sheaf_member *member = &members->member;
  bool folder = !strcmp(sheaf_bundle_format(members->source), "folder");
  return member->type == SHEAF_MEMBER_FILE && !members->entered &&
         !(folder && is_output(packing, path, member));
}

// A folder is there again in the names of what lies in it.
static bool is_missed(const sheaf_member *member) {
  return member->type == SHEAF_MEMBER_LINK ||
         member->type == SHEAF_MEMBER_SPECIAL;
}

static int pack_member(cli_packing *packing, cli_members *members,
                       const char *path, int code, sheaf_error *error) {
  if (!code && !is_packed(packing, members, path)) {
    packing->left_out += is_missed(&members->member);
    return CLI_OK;
  }
  passage way = {packing, members, facts_of(path, members), 0, {0}};
  if (!code) code = copy_content(&way, error);
  if (way.failure.code) return cli_fail(&way.failure);
  if (code) return lose(packing, &way.about, error);
  packing->packed++;
  packing->bytes += way.bytes;
  return way.about.doubt ? CLI_SOME_FAILED : CLI_OK;
}

static int pack_members(cli_packing *packing, cli_members *members,
                        const char *path) {
  sheaf_error error;
  int code, worst = CLI_OK;
  while ((code = cli_members_next(members, &error)) != SHEAF_END) {
    if (code && sheaf_code_scope(code) != SHEAF_SCOPE_DOCUMENT) {
      int status = cli_fail(&error);
      return status > CLI_INPUT ? status : CLI_SOME_FAILED;
    }
    int status = pack_member(packing, members, path, code, &error);
    if (status > CLI_SOME_FAILED) return status;
    if (status > worst) worst = status;
  }
  return worst;
}

int cli_pack_bundle(cli_packing *packing, const char *path, int number) {
  cli_members members;
  sheaf_error error;
  if (cli_members_open(&members, path, number, packing->reading, &error))
    return cli_fail(&error);
  int status = pack_members(packing, &members, path);
  if (status <= CLI_SOME_FAILED) cli_members_flawed(&members);
  cli_members_close(&members);
  return status;
}

int cli_pack_finish(cli_packing *packing, int status) {
  sheaf_error error;
  char size[16];
  if (status > CLI_SOME_FAILED) return status;
  if (sheaf_packer_finish(packing->packer, &error) != SHEAF_OK)
    return cli_fail(&error);
  fputs("sheaf: ", stderr);
  cli_print_text(stderr, packing->output);
  fprintf(stderr, ": %" PRIu64 " member%s, %s", packing->packed,
          packing->packed == 1 ? "" : "s", cli_bytes(packing->bytes, size));
  if (packing->lost) fprintf(stderr, "; %" PRIu64 " lost", packing->lost);
  if (packing->doubted)
    fprintf(stderr,
            packing->doubtful ? "; %" PRIu64 " in doubt"
                              : ", %" PRIu64
                                " of them only in doubt "
                                "(--doubtful keeps those, marked)",
            packing->doubted);
  if (packing->left_out)
    fprintf(stderr, "; left out %" PRIu64 " that %s no content (links, pipes)",
            packing->left_out, packing->left_out == 1 ? "has" : "have");
  fputc('\n', stderr);
  return status;
}
