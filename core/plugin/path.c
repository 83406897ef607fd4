/// Where plugins lie: the plugin path, finding by name, listing.
#include "plugin/path.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "plugin/private.h"

// --- The path --------------------------------------------------------------

#define PATH_MAX_FOLDERS 64

typedef struct {
  char **folders;
  size_t count;
} folder_list;

static bool is_listed(const folder_list *list, const char *folder) {
  for (size_t i = 0; i < list->count; i++)
    if (strcmp(list->folders[i], folder) == 0) return true;
  return false;
}

// Adds what `folder` really is, once; drops what is no folder. Takes `folder`,
// which may be NULL.
static void add_folder(folder_list *list, char *folder) {
  struct stat status;
  char *real = folder ? realpath(folder, NULL) : NULL;
  free(folder);
  if (real && list->count + 1 < PATH_MAX_FOLDERS && stat(real, &status) == 0 &&
      S_ISDIR(status.st_mode) && !is_listed(list, real))
    list->folders[list->count++] = real;
  else
    free(real);
}

static void add_environment(folder_list *list) {
  const char *text = getenv("SHEAF_PLUGIN_PATH");
  while (text && *text) {
    size_t size = strcspn(text, ":");
    if (size) add_folder(list, sf_strndup(text, size));
    text += size + (text[size] == ':');
  }
}

// The folder above the one that the program lies in: the source tree, with
// its build folder, or where `cmake --install` has put all. NULL: no memory.
static char *find_prefix(void) {
  char *program = realpath("/proc/self/exe", NULL);
  for (int up = 0; program && up < 2; up++) {
    char *slash = strrchr(program, '/');
    if (slash) *slash = '\0';
  }
  return program;
}

static void add_beside_program(folder_list *list) {
  static const char *const places[] = {"plugins", "share/sheaf/plugins"};
  char *prefix = find_prefix();
  for (size_t i = 0; prefix && i < SF_COUNT(places); i++)
    add_folder(list, sf_path_join(prefix, places[i]));
  free(prefix);
}

static char **make_path(bool environment) {
  folder_list list = {calloc(PATH_MAX_FOLDERS, sizeof(char *)), 0};
  if (!list.folders) return NULL;
  if (environment) add_environment(&list);
  add_beside_program(&list);
  add_folder(&list, sf_strndup(SHEAF_PLUGINS, strlen(SHEAF_PLUGINS)));
  return list.folders;
}

char **sf_plugin_path(void) {
  return make_path(true);
}

void sf_plugin_path_free(char **path) {
  for (char **folder = path; folder && *folder; folder++) free(*folder);
  free(path);
}

char *sheaf_plugin_home(void) {
  char **path = make_path(false);
  char *home = path && path[0] ? strdup(path[0]) : NULL;
  sf_plugin_path_free(path);
  return home;
}

char *sf_plugin_library(void) {
  char *home = sheaf_plugin_home();
  char *library = home ? sf_path_join(home, "lib") : NULL;
  free(home);
  return library;
}

// --- Native modules --------------------------------------------------------

char *sf_plugin_modules(void) {
  char *prefix = find_prefix();
  char *installed = prefix ? sf_path_join(prefix, "lib/sheaf") : NULL;
  free(prefix);
  if (installed && access(installed, F_OK) == 0) return installed;
  free(installed);
  return realpath(SHEAF_MODULES, NULL);
}

char *sf_plugin_module(const char *folder, const char *main) {
  char *own = sf_path_join(folder, main);
  if (own && access(own, R_OK) == 0) return own;
  free(own);
  char *modules = sf_plugin_modules();
  char *path = modules ? sf_path_join(modules, main) : NULL;
  free(modules);
  if (path && access(path, R_OK) == 0) return path;
  free(path);
  return NULL;
}

// --- Listing ---------------------------------------------------------------

static bool is_plugin(const char *folder) {
  char *file = sf_path_join(folder, "plugin.json");
  // What cannot be looked at is found broken by those who read it.
  bool found = file && (access(file, F_OK) == 0 ||
                        (errno != ENOENT && errno != ENOTDIR));
  free(file);
  return found;
}

static int compare_names(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

// The names in `folder` that do not begin with a dot, sorted.
static char **list_names(const char *folder, size_t *count) {
  *count = 0;
  DIR *stream = opendir(folder);
  char **names = NULL;
  struct dirent *entry;
  while (stream && (entry = readdir(stream))) {
    if (entry->d_name[0] == '.') continue;
    char **grown = realloc(names, (*count + 1) * sizeof *names);
    if (!grown) break;
    names = grown;
    names[*count] = sf_strndup(entry->d_name, strlen(entry->d_name));
    if (!names[*count]) break;
    (*count)++;
  }
  if (stream) closedir(stream);
  if (names) qsort(names, *count, sizeof *names, compare_names);
  return names;
}

// Visits the plugins in `folder`, and one level of folders below it.
static int visit_folder(const char *folder, int depth, sf_plugin_visit visit,
                        void *context) {
  size_t count;
  char **names = list_names(folder, &count);
  int code = SHEAF_OK;
  for (size_t i = 0; i < count; i++) {
    char *inner = sf_path_join(folder, names[i]);
    if (code == SHEAF_OK && inner) {
      if (is_plugin(inner))
        code = visit(context, inner);
      else if (depth > 0)
        code = visit_folder(inner, depth - 1, visit, context);
    }
    free(inner);
    free(names[i]);
  }
  free(names);
  return code;
}

int sf_plugin_each(const char *const *path, sf_plugin_visit visit,
                   void *context) {
  char **own = path ? NULL : sf_plugin_path();
  const char *const *folder = path ? path : (const char *const *)own;
  int code = SHEAF_OK;
  for (; folder && *folder && code == SHEAF_OK; folder++)
    code = visit_folder(*folder, 1, visit, context);
  sf_plugin_path_free(own);
  return code;
}

// --- Finding ---------------------------------------------------------------

// `extract.dates` lies in `extract/dates` or in `extract.dates`.
static char *find_in(const char *folder, const char *name) {
  char *plain = sf_path_join(folder, name);
  if (plain && is_plugin(plain)) return plain;
  size_t start = strlen(folder);
  for (char *dot = plain; dot && *dot; dot++)
    if ((size_t)(dot - plain) > start && *dot == '.') *dot = '/';
  if (plain && is_plugin(plain)) return plain;
  free(plain);
  return NULL;
}

typedef struct {
  const char *name;
  char *folder;
} name_search;

static int look_at_name(void *context, const char *folder) {
  name_search *search = context;
  sf_manifest manifest;
  if (sf_manifest_read(&manifest, folder, NULL) != SHEAF_OK) return SHEAF_OK;
  if (strcmp(manifest.name, search->name) == 0)
    search->folder = sf_strndup(folder, strlen(folder));
  sf_manifest_clear(&manifest);
  return search->folder ? SHEAF_END : SHEAF_OK;
}

// A plugin most often lies where its name says; where it does not, all
// manifests are read.
static char *find_on(const char *const *path, const char *name) {
  name_search search = {name, NULL};
  for (const char *const *folder = path; folder && *folder; folder++) {
    search.folder = find_in(*folder, name);
    if (search.folder) return search.folder;
  }
  if (path) sf_plugin_each(path, look_at_name, &search);
  return search.folder;
}

typedef struct {
  char *names[256];
  size_t count;
} name_list;

static int collect_name(void *context, const char *folder) {
  name_list *list = context;
  sf_manifest manifest;
  if (list->count + 1 == SF_COUNT(list->names)) return SHEAF_END;
  if (sf_manifest_read(&manifest, folder, NULL) != SHEAF_OK) return SHEAF_OK;
  char *name = sf_strndup(manifest.name, strlen(manifest.name));
  if (name) list->names[list->count++] = name;
  sf_manifest_clear(&manifest);
  return SHEAF_OK;
}

// The name that is near to `name`, or whose last part is.
static const char *nearest_name(const name_list *list, const char *name) {
  const char *near = sf_nearest(name, (const char *const *)list->names);
  const char *tails[SF_COUNT(list->names)] = {NULL};
  for (size_t i = 0; i < list->count; i++) {
    const char *dot = strrchr(list->names[i], '.');
    tails[i] = dot ? dot + 1 : list->names[i];
  }
  const char *tail = near ? NULL : sf_nearest(name, tails);
  for (size_t i = 0; tail && !near; i++)
    if (tails[i] == tail) near = list->names[i];
  return near;
}

static int suggest(const char *const *path, const char *name,
                   sheaf_error *error) {
  name_list list = {.count = 0};
  sf_fail(error, SHEAF_ENOPLUGIN, name, "there is no plugin of this name");
  sf_plugin_each(path, collect_name, &list);
  const char *near = nearest_name(&list, name);
  if (is_plugin(name))
    sf_hint(error, "did you mean the folder './%s'?", name);
  else if (near)
    sf_hint(error, "did you mean '%s'?", near);
  else
    sf_hint(error, "'sheaf plugin list' shows them; a folder needs a '/'");
  for (size_t i = 0; i < list.count; i++) free(list.names[i]);
  return SHEAF_ENOPLUGIN;
}

int sf_manifest_load(sf_manifest *manifest, const char *name,
                     const char *const *path, sheaf_error *error) {
  *manifest = (sf_manifest){0};
  if (strchr(name, '/') || strcmp(name, ".") == 0)
    return sf_manifest_read(manifest, name, error);
  char **own = path ? NULL : sf_plugin_path();
  char *folder = find_on(path ? path : (const char *const *)own, name);
  sf_plugin_path_free(own);
  if (!folder) return suggest(path, name, error);
  int code = sf_manifest_read(manifest, folder, error);
  free(folder);
  return code;
}
