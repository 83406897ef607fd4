#include "process/cell.h"

#include <stdlib.h>

#include "plugin/plugin.h"

static int add(sf_cell *cell, const char *path, unsigned access) {
  size_t count = cell->jail.place_count;
  if (count == cell->capacity) {
    size_t capacity = count ? 2 * count : 16;
    sf_jail_place *grown =
        realloc(cell->places, capacity * sizeof *cell->places);
    if (!grown) return SHEAF_ENOMEM;
    cell->places = grown;
    cell->capacity = capacity;
  }
  char *copy = sf_strndup(path, strlen(path));
  if (!copy) return SHEAF_ENOMEM;
  cell->places[count] = (sf_jail_place){copy, access};
  cell->jail.places = cell->places;
  cell->jail.place_count++;
  return SHEAF_OK;
}

static int add_program(void *context, const char *path, bool started) {
  return add(context, path, started ? SF_JAIL_RUN : SF_JAIL_READ);
}

static int add_granted(sf_cell *cell, const sheaf_value *grants,
                       const char *permission, unsigned access) {
  const sheaf_value *paths = sheaf_value_get(grants, permission);
  int code = SHEAF_OK;
  for (size_t i = 0; i < sheaf_value_count(paths) && !code; i++) {
    const sheaf_value *path = sheaf_value_at(paths, i);
    if (path->type == SHEAF_STRING)
      code = add(cell, path->as.string.data, access);
  }
  return code;
}

static int add_grants(sf_cell *cell, const sheaf_value *grants) {
  int code = add_granted(cell, grants, "read", SF_JAIL_READ);
  if (!code) code = add_granted(cell, grants, "write", SF_JAIL_WRITE);
  if (!code) code = add_granted(cell, grants, "spawn", SF_JAIL_RUN);
  return code;
}

// --- The environment -------------------------------------------------------

// Variables of the user's that were granted. Some are not set.
static size_t add_variables(char **environment, const sheaf_value *names) {
  size_t count = 0;
  for (size_t i = 0; i < sheaf_value_count(names); i++) {
    const char *name = sheaf_value_at(names, i)->as.string.data;
    const char *value = getenv(name);
    if (value && !(environment[count++] = sf_sprintf("%s=%s", name, value)))
      break;
  }
  return count;
}

// Where programs and the SDKs are, and what was granted.
static int make_environment(sf_cell *cell, const sheaf_value *grants,
                            const char *sdk) {
  enum { OWN = 5 };
  const sheaf_value *names = sheaf_value_get(grants, "env");
  char *path = sf_program_path();
  char **to = calloc(OWN + sheaf_value_count(names) + 1, sizeof *to);
  cell->environment = to;
  if (path && to) {
    to[0] = sf_sprintf("PATH=%s", path);
    to[1] = sf_sprintf("LANG=C.UTF-8");
    to[2] = sf_sprintf("PYTHONPATH=%s", sdk);
    to[3] = sf_sprintf("PYTHONDONTWRITEBYTECODE=1");
    to[4] = sf_sprintf("NODE_PATH=%s", sdk);
  }
  bool made = path && to;
  free(path);
  size_t count = made ? OWN + add_variables(to + OWN, names) : 0;
  for (size_t i = 0; i < count; i++) made = made && to[i];
  return made ? SHEAF_OK : SHEAF_ENOMEM;
}

// --- The whole -------------------------------------------------------------

static int add_program_of(sf_cell *cell, const sheaf_plugin_context *context) {
  const sheaf_value *first = sheaf_value_at(context->command, 0);
  if (first) cell->program = sf_program_find(first->as.string.data);
  return sf_program_each(context->command, context->folder, context->main,
                         add_program, cell);
}

int sf_cell_init(sf_cell *cell, const sheaf_plugin_context *context) {
  const sheaf_value *grants = context->grants;
  *cell = (sf_cell){.jail = {.kernel = sf_jail_look(),
                             .net = sheaf_value_get(grants, "net") != NULL,
                             .fork = sheaf_value_get(grants, "spawn") != NULL,
                             .exec = true}};
  char *sdk = sf_path_join(context->library, "../sdk");
  int code = sdk ? add(cell, sdk, SF_JAIL_READ) : SHEAF_ENOMEM;
  if (!code) code = add(cell, context->folder, SF_JAIL_READ);
  if (!code) code = add_program_of(cell, context);
  if (!code) code = add_grants(cell, grants);
  if (!code) code = make_environment(cell, grants, sdk);
  free(sdk);
  return code;
}

void sf_cell_clear(sf_cell *cell) {
  for (size_t i = 0; i < cell->jail.place_count; i++)
    free(cell->places[i].path);
  for (char **variable = cell->environment; variable && *variable; variable++)
    free(*variable);
  free(cell->environment);
  free(cell->program);
  free(cell->places);
  *cell = (sf_cell){.places = NULL};
}
