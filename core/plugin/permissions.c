/// Permissions: what a plugin declares, what the user allows, and what is
/// granted: what is in both.
#include <stdlib.h>

#include "plugin/path.h"
#include "plugin/plugin.h"
#include "plugin/private.h"

typedef enum { PATHS, PROGRAMS, NAMES, SWITCH } permission_kind;

static const struct {
  const char *name;
  permission_kind kind;
} permissions[] = {{"read", PATHS},
                   {"write", PATHS},
                   {"net", SWITCH},
                   {"spawn", PROGRAMS},
                   {"env", NAMES}};

#define PATH \
  .pattern = "^(/|~/)", .form = "no path that begins with '/' or '~/'"
#define LIST(name, text) \
  .key = (name), .type = SHEAF_LIST, .or_bool = true, .doc = (text)

const sf_rule sf_permission_rules[] = {
    {LIST("read", "Files and folders that it reads; true: those granted."),
     PATH},
    {LIST("write", "Folders that it writes to; true: those granted."), PATH},
    {.key = "net", .type = SHEAF_BOOL, .doc = "It connects to other hosts."},
    {LIST("spawn", "Programs that it starts; true: those granted."),
     .pattern = "^.", .form = "no name"},
    {LIST("env", "Variables of the environment that it sees."),
     .pattern = "^[^=]+$", .form = "no name"},
    {.key = NULL}};

// --- Declared --------------------------------------------------------------

static int find(const char *name, int code, const char *where, size_t *index,
                sheaf_error *error) {
  const char *names[SF_COUNT(permissions) + 1] = {NULL};
  for (size_t i = 0; i < SF_COUNT(permissions); i++) {
    names[i] = permissions[i].name;
    *index = i;
    if (strcmp(names[i], name) == 0) return SHEAF_OK;
  }
  sf_fail(error, code, where, "there is no permission '%s'", name);
  const char *near = sf_nearest(name, names);
  if (near)
    sf_hint(error, "did you mean '%s'?", near);
  else
    sf_hint(error, "read, write, net, spawn or env");
  return code;
}

/// What the manifest says of a permission; NULL: it does not ask for it.
static const sheaf_value *declared(const sf_manifest *manifest,
                                   const char *permission) {
  const sheaf_value *all = sheaf_value_get(&manifest->json, "permissions");
  const sheaf_value *value = sheaf_value_get(all, permission);
  if (!value || (value->type == SHEAF_BOOL && !value->as.boolean)) return NULL;
  return value;
}

// --- Granting --------------------------------------------------------------

/// One `[PLUGIN:]PERMISSION[=WHAT]` of the user.
typedef struct {
  const char *text;
  sheaf_bytes plugin;  ///< Empty: all.
  size_t permission;
  const char *what;  ///< NULL: all that is declared.
} allowance;

static int read_allowance(allowance *out, const char *text,
                          sheaf_error *error) {
  size_t head = strcspn(text, "=");
  const char *colon = memchr(text, ':', head);
  const char *name = colon ? colon + 1 : text;
  *out = (allowance){.text = text,
                     .plugin = {text, colon ? (size_t)(colon - text) : 0},
                     .what = text[head] ? text + head + 1 : NULL};
  char *copy = sf_strndup(name, (size_t)(text + head - name));
  if (!copy) return sf_no_memory(error);
  int code = find(copy, SHEAF_EUSAGE, "--allow", &out->permission, error);
  free(copy);
  if (code || !out->what || out->what[0]) return code;
  sf_fail(error, SHEAF_EUSAGE, "--allow", "'%s' ends too early", text);
  return sf_hint(error, "such as --allow read=FOLDER");
}

bool sf_path_beneath(const char *path, const char *folder) {
  size_t size = strlen(folder);
  if (strncmp(path, folder, size) != 0) return false;
  return !path[size] || path[size] == '/' || !strcmp(folder, "/");
}

/// The absolute path, without links, of what may begin with `~/`. NULL: there
/// is no such file.
static char *real_path(const char *path) {
  const char *home = getenv("HOME");
  if (strncmp(path, "~/", 2) != 0) return realpath(path, NULL);
  char *whole = home ? sf_path_join(home, path + 2) : NULL;
  char *real = whole ? realpath(whole, NULL) : NULL;
  free(whole);
  return real;
}

/// A string, or null where `text` is NULL. Takes `text`.
static int owned_string(sheaf_value *out, char *text) {
  *out = (sheaf_value)SHEAF_VALUE_NULL;
  int code = text ? sheaf_value_string(out, text, strlen(text)) : SHEAF_OK;
  free(text);
  return code;
}

static bool has_string(const sheaf_value *list, const char *text) {
  for (size_t i = 0; i < sheaf_value_count(list); i++)
    if (!strcmp(sheaf_value_at(list, i)->as.string.data, text)) return true;
  return false;
}

/// Adds `what` to what is granted of a permission. Takes `what`.
static int grant(sf_manifest *manifest, size_t permission, char *what) {
  const char *name = permissions[permission].name;
  permission_kind kind = permissions[permission].kind;
  sheaf_value *grants = &manifest->grants, value;
  sheaf_value *list = (sheaf_value *)sheaf_value_get(grants, name);
  int code = SHEAF_OK;
  if (kind == SWITCH) {
    free(what);
    return sheaf_value_set(grants, name, sheaf_value_bool(true));
  }
  if (!list) {
    code =
        kind == PROGRAMS ? sheaf_value_map(&value) : sheaf_value_list(&value);
    if (!code) code = sheaf_value_set(grants, name, value);
    list = (sheaf_value *)sheaf_value_get(grants, name);
  }
  if (!code && kind == PROGRAMS) {
    code = owned_string(&value, sf_program_find(what));
    if (!code) code = sheaf_value_set(list, what, value);
  } else if (!code && !has_string(list, what)) {
    code = sheaf_value_string(&value, what, strlen(what));
    if (!code) code = sheaf_value_append(list, value);
  }
  free(what);
  return code;
}

/// What of `item`, declared, is in `wanted`, allowed (NULL: all of it). Paths
/// are real ones; of two the narrower. NULL: nothing. The caller frees it.
static char *common_part(permission_kind kind, const char *item,
                         const char *wanted) {
  if (kind != PATHS)
    return !wanted || !strcmp(item, wanted) ? strdup(item) : NULL;
  char *path = real_path(item);
  if (!path || !wanted || sf_path_beneath(path, wanted)) return path;
  bool narrower = sf_path_beneath(wanted, path);
  free(path);
  return narrower ? strdup(wanted) : NULL;
}

static int need_what(const allowance *allowed, sheaf_error *error) {
  const char *name = permissions[allowed->permission].name;
  sf_fail(error, SHEAF_EUSAGE, "--allow", "'%s' does not say which",
          allowed->text);
  return sf_hint(error, "say it: --allow %s=…", name);
}

/// Grants what of the declared `value` is in `wanted`.
static int grant_common(sf_manifest *manifest, const allowance *allowed,
                        const sheaf_value *value, const char *wanted,
                        bool *used, sheaf_error *error) {
  permission_kind kind = permissions[allowed->permission].kind;
  bool any = value->type == SHEAF_BOOL;
  if (any && kind != SWITCH && !wanted) return need_what(allowed, error);
  size_t count = any ? 1 : sheaf_value_count(value);
  for (size_t i = 0; i < count; i++) {
    const char *item = any ? wanted : sheaf_value_at(value, i)->as.string.data;
    char *part = common_part(kind, item ? item : "", wanted);
    if (!part) continue;
    *used = true;
    if (grant(manifest, allowed->permission, part)) return sf_no_memory(error);
  }
  return SHEAF_OK;
}

static int apply(sf_manifest *manifest, const allowance *allowed, bool *used,
                 sheaf_error *error) {
  permission_kind kind = permissions[allowed->permission].kind;
  const sheaf_value *value =
      declared(manifest, permissions[allowed->permission].name);
  char *path = NULL;
  if (kind == SWITCH && allowed->what)
    return sf_fail(error, SHEAF_EUSAGE, "--allow",
                   "'net' is all or nothing: no kernel tells hosts apart");
  if (kind == PATHS && allowed->what) {
    path = real_path(allowed->what);
    if (!path)
      return sf_fail_errno(error, SHEAF_EUSAGE, allowed->what,
                           "it cannot be granted");
  }
  bool meant =
      !allowed->plugin.size || sf_bytes_equal(allowed->plugin, manifest->name);
  int code = SHEAF_OK;
  if (meant && value)
    code = grant_common(manifest, allowed, value, path ? path : allowed->what,
                        used, error);
  free(path);
  return code;
}

/// The programs of a plugin that came with Sheaf: they run behind the wall as
/// the plugin does.
static int grant_own(sf_manifest *manifest, sheaf_error *error) {
  const sheaf_value *programs = declared(manifest, "spawn");
  char *home = programs ? sheaf_plugin_home() : NULL;
  bool own = home && sf_path_beneath(manifest->folder, home);
  free(home);
  if (!own || programs->type != SHEAF_LIST) return SHEAF_OK;
  size_t permission;
  bool used;
  int code = find("spawn", SHEAF_EINTERNAL, NULL, &permission, error);
  const allowance own_programs = {.permission = permission};
  return code ? code
              : grant_common(manifest, &own_programs, programs, NULL, &used,
                             error);
}

int sf_permissions_grant(sf_manifest *manifest, const char *const *allow,
                         bool *used, sheaf_error *error) {
  sheaf_value_clear(&manifest->grants);
  if (sheaf_value_map(&manifest->grants)) return sf_no_memory(error);
  int code = grant_own(manifest, error);
  for (size_t i = 0; allow && allow[i] && !code; i++) {
    allowance allowed;
    code = read_allowance(&allowed, allow[i], error);
    if (!code) code = apply(manifest, &allowed, &used[i], error);
  }
  return code;
}

// --- What is missing -------------------------------------------------------

static void add_missing(sf_buffer *to, const char *name, const char *what) {
  if (to->size) sf_buffer_puts(to, " ");
  sf_buffer_printf(to, "--allow %s%s%s", name, what ? "=" : "",
                   what ? what : "");
}

/// Adds what of one permission is declared and not granted. A path counts as
/// granted with anything in it.
static void list_missing(sf_buffer *to, const sf_manifest *manifest,
                         size_t permission) {
  const char *name = permissions[permission].name;
  const sheaf_value *wanted = declared(manifest, name);
  const sheaf_value *granted = sheaf_value_get(&manifest->grants, name);
  permission_kind kind = permissions[permission].kind;
  if (!wanted || (granted && (wanted->type == SHEAF_BOOL || kind == PATHS)))
    return;
  if (wanted->type == SHEAF_BOOL)
    add_missing(to, name, kind == SWITCH ? NULL : "…");
  for (size_t i = 0; i < sheaf_value_count(wanted); i++) {
    const char *item = sheaf_value_at(wanted, i)->as.string.data;
    bool there = kind == PROGRAMS ? sheaf_value_get(granted, item) != NULL
                                  : has_string(granted, item);
    if (!there) add_missing(to, name, item);
  }
}

bool sf_permissions_missing(const sf_manifest *manifest, sheaf_error *error) {
  sf_buffer missing = {0};
  for (size_t i = 0; i < SF_COUNT(permissions); i++)
    list_missing(&missing, manifest, i);
  const char *text = sf_buffer_text(&missing);
  bool found = text && text[0];
  if (found) {
    sf_fail(error, SHEAF_EPERMISSION, manifest->name,
            "it was not granted all that it asks for");
    sf_hint(error, "%s", text);
  }
  sf_buffer_clear(&missing);
  return found;
}
