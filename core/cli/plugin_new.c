/// `sheaf plugin new`: a plugin that works, to start from.
///
/// What plugins of a stage have in common in all languages lies in
/// `templates/stages/STAGE` beside the plugins that come with Sheaf, what those
/// of a language have in `templates/LANGUAGE/common`, and the code in
/// `templates/LANGUAGE/STAGE`. In their files `@NAME@` stands for the plugin's
/// name, `@PLUGINS@` for the folder of those plugins, and any other such mark,
/// `@BUILD@`, for what the file `templates/LANGUAGE/build` says, if there is
/// one.
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/plugin.h"

typedef struct {
  const char *name;  ///< What the plugin is called.
  const char *stage, *language;
  char *home;  ///< The folder of the plugins.
} template;

static int fail(int code, const char *what, const char *why, const char *hint) {
  sheaf_error error = {.code = code};
  snprintf(error.what, sizeof error.what, "%s", what);
  snprintf(error.why, sizeof error.why, "%s", why);
  snprintf(error.hint, sizeof error.hint, "%s", hint);
  return cli_fail(&error);
}

static int fail_errno(const char *path, const char *what) {
  char why[128];
  snprintf(why, sizeof why, "%s: %s", what, strerror(errno));
  return fail(SHEAF_EWRITE, path, why, "");
}

// --- Files -----------------------------------------------------------------

static char *read_file(const char *path) {
  FILE *stream = fopen(path, "re");
  if (!stream) return NULL;
  char *text = NULL;
  size_t room = 0;
  // Templates are texts: they have no NUL.
  if (getdelim(&text, &room, '\0', stream) < 0) {
    free(text);
    text = NULL;
  }
  fclose(stream);
  return text;
}

// What stands for the mark, in new memory; an empty text where nothing does.
static char *expand(const template *from, const char *mark, size_t size) {
  char name[32] = "", *path, *text;
  for (size_t i = 0; i < size && i + 1 < sizeof name; i++)
    name[i] = (char)tolower((unsigned char)mark[i]);
  if (strcmp(name, "name") == 0) return strdup(from->name);
  if (strcmp(name, "plugins") == 0) return strdup(from->home);
  if (asprintf(&path, "%s/templates/%s/%s", from->home, from->language, name) <
      0)
    return NULL;
  text = read_file(path);
  free(path);
  return text ? text : strdup("");
}

static bool write_expanded(const template *from, FILE *out, const char *text) {
  for (const char *at; (at = strchr(text, '@'));) {
    size_t size = strspn(at + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    bool mark = size && at[1 + size] == '@';
    fwrite(text, 1, (size_t)(at - text) + !mark, out);
    text = at + 1;
    if (!mark) continue;
    char *meant = expand(from, at + 1, size);
    if (!meant) return false;
    text = at + size + 2;
    // The end of its last line is the file's only where that ends, too.
    size_t length = strlen(meant);
    if (*text && length && meant[length - 1] == '\n') length--;
    fwrite(meant, 1, length, out);
    free(meant);
  }
  fputs(text, out);
  return true;
}

static int copy_file(const template *copy, const char *from, const char *into) {
  char *text = read_file(from);
  if (!text) return fail(SHEAF_EREAD, from, "the template cannot be read", "");
  struct stat facts;
  FILE *out = stat(from, &facts) == 0 ? fopen(into, "wxe") : NULL;
  bool fine = out && write_expanded(copy, out, text);
  if (out) fchmod(fileno(out), facts.st_mode & 0777);
  free(text);
  fine = fine && !ferror(out);
  if (out && fclose(out) != 0) fine = false;
  return fine ? CLI_OK : fail_errno(into, "cannot be written");
}

static int copy_folder(const template *copy, const char *from,
                       const char *into);

static int copy_entry(const template *copy, const char *folder,
                      const char *into, const struct dirent *entry) {
  char *source = NULL, *target = NULL;
  struct stat facts;
  int status = CLI_INTERNAL;
  if (asprintf(&source, "%s/%s", folder, entry->d_name) < 0) source = NULL;
  if (asprintf(&target, "%s/%s", into, entry->d_name) < 0) target = NULL;
  if (source && target && stat(source, &facts) == 0)
    status = S_ISDIR(facts.st_mode) ? copy_folder(copy, source, target)
                                    : copy_file(copy, source, target);
  free(source);
  free(target);
  return status;
}

static int copy_folder(const template *copy, const char *from,
                       const char *into) {
  if (mkdir(into, 0777) != 0 && errno != EEXIST)
    return fail_errno(into, "cannot be made");
  DIR *stream = opendir(from);
  if (!stream) return fail_errno(from, "cannot be read");
  int status = CLI_OK;
  for (struct dirent *entry; status == CLI_OK && (entry = readdir(stream));)
    if (entry->d_name[0] != '.') status = copy_entry(copy, from, into, entry);
  closedir(stream);
  return status;
}

// --- The template ----------------------------------------------------------

static char *part_of(const template *from, const char *first,
                     const char *second) {
  char *folder;
  int size = asprintf(&folder, "%s/templates/%s/%s", from->home, first, second);
  return size < 0 ? NULL : folder;
}

static bool is_folder(const char *path) {
  struct stat facts;
  return path && stat(path, &facts) == 0 && S_ISDIR(facts.st_mode);
}

static bool is_there(const template *from) {
  char *code = part_of(from, from->language, from->stage);
  bool there = is_folder(code);
  free(code);
  return there && strcmp(from->language, "stages") != 0;
}

// What is there for all languages, and for all stages, and the code.
static int copy_parts(const template *from, const char *into) {
  char *const parts[] = {part_of(from, "stages", from->stage),
                         part_of(from, from->language, "common"),
                         part_of(from, from->language, from->stage)};
  int status = CLI_OK;
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
    if (status == CLI_OK && is_folder(parts[i]))
      status = copy_folder(from, parts[i], into);
    free(parts[i]);
  }
  return status;
}

static const char *last_part(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

static bool is_plugin_name(const char *name) {
  size_t size = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_.");
  return size > 0 && name[size] == '\0' && name[0] != '.';
}

static void print_templates(const template *from) {
  static const char *const stages[] = {"read",   "extract", "summarize",
                                       "filter", "reduce",  "export"};
  static const char *const languages[] = {
      "lua", "python", "javascript", "typescript", "c", "fennel", "rust"};
  fputs("There are:", stderr);
  for (size_t i = 0; i < sizeof languages / sizeof languages[0]; i++) {
    fprintf(stderr, "\n  --lang %-11s --stage", languages[i]);
    for (size_t k = 0; k < sizeof stages / sizeof stages[0]; k++) {
      template one = *from;
      one.language = languages[i];
      one.stage = stages[k];
      if (is_there(&one)) fprintf(stderr, " %s", stages[k]);
    }
  }
  fputc('\n', stderr);
}

static int refuse_template(const template *from) {
  int status = cli_usage("plugin", "there is no template for %s in %s",
                         from->stage, from->language);
  print_templates(from);
  return status;
}

// The commands that build it, which are the indented lines of `build`.
static void print_build(const template *from, const char *into) {
  char *path = part_of(from, from->language, "build");
  char *text = path ? read_file(path) : NULL;
  if (text) printf("  in %s:\n", into);
  for (char *line = text, *end; line && *line; line = end) {
    end = strchr(line, '\n');
    end = end ? end + 1 : line + strlen(line);
    if (strncmp(line, "    ", 4) == 0)
      fwrite(line, 1, (size_t)(end - line), stdout);
  }
  if (text) putchar('\n');
  free(text);
  free(path);
}

static int make_plugin(const template *from, const char *into) {
  if (!is_there(from)) return refuse_template(from);
  int status = copy_parts(from, into);
  if (status != CLI_OK) return status;
  printf("%s is there. Next:\n\n", into);
  print_build(from, into);
  printf("  sheaf plugin test %s\n", into);
  printf("  sheaf run -p ./%s -p export.jsonl BUNDLE -o OUT\n", into);
  return CLI_OK;
}

int cli_plugin_new(const cli_plugin_words *words) {
  template from = {.name = last_part(words->name),
                   .stage = words->stage,
                   .language = words->language};
  struct stat facts;
  if (!is_plugin_name(from.name))
    return cli_usage("plugin",
                     "'%s' is no name for a plugin: a-z, 0-9, '_' and dots",
                     from.name);
  if (lstat(words->name, &facts) == 0)
    return fail(SHEAF_EEXISTS, words->name, "it is there already",
                "choose another name");
  from.home = sheaf_plugin_home();
  if (!from.home)
    return fail(SHEAF_EREAD, "templates", "they are not installed", "");
  int status = make_plugin(&from, words->name);
  free(from.home);
  return status;
}
