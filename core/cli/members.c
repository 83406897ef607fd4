#include "cli/members.h"

#include <stdio.h>

int cli_members_open(cli_members *members, const char *path, int number,
                     const cli_reading *reading, sheaf_error *error) {
  char id[16];
  *members = (cli_members){.bundle = NULL};
  snprintf(id, sizeof id, "%d", number);
  int code = sheaf_bundle_open(&members->bundle, path, &reading->how, error);
  if (!code)
    code = sheaf_walk_new(&members->walk, members->bundle, id, reading->nested,
                          error);
  if (code) cli_members_close(members);
  return code;
}

void cli_members_close(cli_members *members) {
  sheaf_walk_free(members->walk);
  sheaf_bundle_close(members->bundle);
  *members = (cli_members){.bundle = NULL};
}

bool cli_members_flawed(const cli_members *members) {
  sheaf_error flaw;
  if (sheaf_bundle_flaw(members->bundle, &flaw) == SHEAF_OK) return false;
  cli_warn(&flaw);
  return true;
}

int cli_members_next(cli_members *members, sheaf_error *error) {
  int code = sheaf_walk_next(members->walk, &members->member, error);
  members->entered = false;
  members->source = sheaf_walk_bundle(members->walk);
  if (code) return code;
  code = sheaf_walk_enter(members->walk, error);
  members->entered = code == SHEAF_OK;
  return code < 0 ? code : SHEAF_OK;
}

static int set_bytes(sheaf_value *map, const char *key, sheaf_bytes bytes) {
  sheaf_value text;
  int code = sheaf_value_string(&text, bytes.data, bytes.size);
  return code ? code : sheaf_value_set(map, key, text);
}

int cli_members_describe(const cli_members *members, const char *path,
                         sheaf_value *map) {
  int64_t ordinal = (int64_t)members->member.ordinal;
  int code = sheaf_value_set_string(map, "bundle", path);
  if (!code) code = set_bytes(map, "id", sheaf_walk_id(members->walk));
  if (!code) code = sheaf_value_set(map, "ordinal", sheaf_value_int(ordinal));
  return code ? code : set_bytes(map, "name", members->member.name);
}

int cli_members_explain(const sheaf_error *error, sheaf_value *map) {
  int code = sheaf_value_set_string(map, "code", sheaf_code_slug(error->code));
  if (!code) code = sheaf_value_set_string(map, "reason", error->why);
  if (!code && *error->hint)
    code = sheaf_value_set_string(map, "hint", error->hint);
  return code;
}
