/// Telling a plugin whether it may do what it is about to do.
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "json/json.h"
#include "plugin/plugin.h"
#include "plugin/private.h"

/// Finds what `path` really is; of a file that is not there yet, its folder.
static bool resolve(const char *path, char real[PATH_MAX]) {
  if (realpath(path, real)) return true;
  const char *slash = strrchr(path, '/');
  const char *name = slash ? slash + 1 : path;
  if (!*name || !strcmp(name, "..") || !strcmp(name, ".")) return false;
  char *folder =
      slash ? sf_strndup(path, (size_t)(slash - path) + 1) : sf_strndup(".", 1);
  bool found = folder && realpath(folder, real);
  free(folder);
  return found;
}

static bool path_granted(const sheaf_plugin_context *context, bool read,
                         const sheaf_value *granted, const char *path) {
  char real[PATH_MAX];
  if (!resolve(path, real)) return false;
  // What the plugin came with is its own.
  if (read && sf_path_beneath(real, context->folder)) return true;
  for (size_t i = 0; i < sheaf_value_count(granted); i++)
    if (sf_path_beneath(real, sheaf_value_at(granted, i)->as.string.data))
      return true;
  return false;
}

/// A program is called by its name or by where it lies.
static bool program_granted(const sheaf_value *granted, const char *program) {
  if (sheaf_value_get(granted, program)) return true;
  for (size_t i = 0; i < sheaf_value_count(granted); i++) {
    const sheaf_value *path = sheaf_value_at(granted, i);
    if (path->type == SHEAF_STRING && !strcmp(path->as.string.data, program))
      return true;
  }
  return false;
}

static bool name_granted(const sheaf_value *granted, const char *name) {
  for (size_t i = 0; i < sheaf_value_count(granted); i++)
    if (!strcmp(sheaf_value_at(granted, i)->as.string.data, name)) return true;
  return false;
}

static bool is_granted(const sheaf_plugin_context *context,
                       const char *permission, const sheaf_value *granted,
                       const char *what) {
  if (!strcmp(permission, "read"))
    return path_granted(context, true, granted, what);
  if (!strcmp(permission, "write"))
    return path_granted(context, false, granted, what);
  if (!strcmp(permission, "spawn")) return program_granted(granted, what);
  if (!strcmp(permission, "env")) return name_granted(granted, what);
  return !strcmp(permission, "net") && granted;
}

static int refuse(const sheaf_plugin_context *context, const char *permission,
                  const sheaf_value *granted, const char *what,
                  sheaf_error *error) {
  bool net = !strcmp(permission, "net");
  sf_buffer list = {0};
  if (granted) sf_json_value(&list, granted);
  const char *text = sf_buffer_text(&list);
  sf_fail(error, SHEAF_EPERMISSION, context->name,
          "permission '%s' was not granted for '%.200s'; granted is %.200s",
          permission, what, granted && text ? text : "nothing");
  sf_buffer_clear(&list);
  if (!sheaf_value_get(context->permissions, permission))
    sf_hint(error, "it has to be in the permissions of plugin.json first");
  else
    sf_hint(error, "--allow %s:%s%s%.150s", context->name, permission,
            net ? "" : "=", net ? "" : what);
  return SHEAF_EPERMISSION;
}

int sheaf_plugin_may(const sheaf_plugin_context *context,
                     const char *permission, const char *what,
                     sheaf_error *error) {
  const sheaf_value *granted = sheaf_value_get(context->grants, permission);
  if (is_granted(context, permission, granted, what)) return SHEAF_OK;
  return refuse(context, permission, granted, what, error);
}
