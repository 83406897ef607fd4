/// Programs: where they lie, and what starting one takes.
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "plugin/plugin.h"

/// Interpreters of interpreters, and so on: the kernel's limit.
#define INTERPRETERS_MAX 4

/// Managers of versions put scripts into folders of this name, which search
/// for the program by running others.
static bool is_shims(const char *folder, size_t size) {
  static const char name[] = "/shims";
  size_t end = sizeof name - 1;
  return size > end && !memcmp(folder + size - end, name, end);
}

char *sf_program_path(void) {
  const char *path = getenv("PATH");
  sf_buffer kept = {0};
  if (!path) path = "/usr/bin:/bin";
  while (*path) {
    size_t size = strcspn(path, ":");
    if (size && !is_shims(path, size)) {
      if (kept.size) sf_buffer_putc(&kept, ':');
      sf_buffer_append(&kept, path, size);
    }
    path += size + (path[size] == ':');
  }
  const char *text = sf_buffer_text(&kept);
  char *out = text ? sf_strndup(text, strlen(text)) : NULL;
  sf_buffer_clear(&kept);
  return out;
}

static char *find_in(const char *folder, size_t size, const char *name) {
  char *copy = sf_strndup(folder, size);
  char *file = copy ? sf_path_join(copy, name) : NULL;
  if (file && access(file, X_OK)) {
    free(file);
    file = NULL;
  }
  free(copy);
  return file;
}

char *sf_program_find(const char *name) {
  if (strchr(name, '/')) return realpath(name, NULL);
  char *path = sf_program_path(), *found = NULL;
  for (const char *at = path; at && *at && !found;) {
    size_t size = strcspn(at, ":");
    found = find_in(at, size, name);
    at += size + (at[size] == ':');
  }
  free(path);
  return found;
}

/// Reads `#!FIRST SECOND`, the first line of a script.
static bool read_interpreter(const char *path, char first[256],
                             char second[256]) {
  char line[256] = "";
  FILE *file = fopen(path, "re");
  bool read = file && fgets(line, sizeof line, file);
  if (file) fclose(file);
  first[0] = second[0] = '\0';
  return read && sscanf(line, "#! %255s %255s", first, second) >= 1;
}

/// An interpreter that lies in PREFIX/bin has its libraries in PREFIX/lib.
static int visit_library(const char *path, sf_program_visit visit,
                         void *context) {
  char *real = realpath(path, NULL);
  char *bin = real ? strstr(real, "/bin/") : NULL;
  if (!bin || strchr(bin + 5, '/')) {
    free(real);
    return SHEAF_OK;
  }
  char *prefix = sf_strndup(real, (size_t)(bin - real));
  free(real);
  char *library = prefix ? sf_path_join(prefix, "lib") : NULL;
  int code = library ? visit(context, library, false) : SHEAF_ENOMEM;
  free(prefix);
  free(library);
  return code;
}

static int visit_program(const char *name, int depth, sf_program_visit visit,
                         void *context) {
  char first[256], second[256];
  char *path = sf_program_find(name);
  if (!path) return SHEAF_OK;
  int code = visit(context, path, true);
  if (!code && depth && read_interpreter(path, first, second)) {
    code = visit_program(first, depth - 1, visit, context);
    // `#!/usr/bin/env python3` names two.
    const char *last = strrchr(first, '/');
    if (!code && last && !strcmp(last, "/env"))
      code = visit_program(second, depth - 1, visit, context);
  } else if (!code) {
    code = visit_library(path, visit, context);
  }
  free(path);
  return code;
}

int sf_program_each(const sheaf_value *command, const char *folder,
                    const char *main, sf_program_visit visit, void *context) {
  if (sheaf_value_count(command))
    return visit_program(sheaf_value_at(command, 0)->as.string.data,
                         INTERPRETERS_MAX, visit, context);
  char *path = sf_path_join(folder, main);
  int code = path ? visit_program(path, INTERPRETERS_MAX, visit, context)
                  : SHEAF_ENOMEM;
  free(path);
  return code;
}
