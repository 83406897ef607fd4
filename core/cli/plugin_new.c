/// `sheaf plugin new`: a plugin that works, to start from.
///
/// Templates are folders, `templates/LANGUAGE/STAGE` beside the plugins that
/// come with Sheaf, in whose files `@NAME@` stands for the plugin's name.
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/plugin.h"

#define NAME_MARK "@NAME@"

typedef struct {
  char *from;        ///< The template's folder.
  const char *into;  ///< The new one.
  const char *name;  ///< What the plugin is called.
} template_copy;

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

static void write_named(FILE *out, const char *text, const char *name) {
  for (const char *mark; (mark = strstr(text, NAME_MARK));) {
    fwrite(text, 1, (size_t)(mark - text), out);
    fputs(name, out);
    text = mark + strlen(NAME_MARK);
  }
  fputs(text, out);
}

static int copy_file(const template_copy *copy, const char *from,
                     const char *into) {
  char *text = read_file(from);
  if (!text) return fail(SHEAF_EREAD, from, "the template cannot be read", "");
  struct stat facts;
  FILE *out = stat(from, &facts) == 0 ? fopen(into, "wxe") : NULL;
  if (out) {
    write_named(out, text, copy->name);
    fchmod(fileno(out), facts.st_mode & 0777);
  }
  free(text);
  bool fine = out && !ferror(out);
  if (out && fclose(out) != 0) fine = false;
  return fine ? CLI_OK : fail_errno(into, "cannot be written");
}

static int copy_folder(const template_copy *copy, const char *from,
                       const char *into);

static int copy_entry(const template_copy *copy, const char *folder,
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

static int copy_folder(const template_copy *copy, const char *from,
                       const char *into) {
  if (mkdir(into, 0777) != 0) return fail_errno(into, "cannot be made");
  DIR *stream = opendir(from);
  if (!stream) return fail_errno(from, "cannot be read");
  int status = CLI_OK;
  for (struct dirent *entry; status == CLI_OK && (entry = readdir(stream));)
    if (entry->d_name[0] != '.') status = copy_entry(copy, from, into, entry);
  closedir(stream);
  return status;
}

// --- The template ----------------------------------------------------------

static char *find_template(const cli_plugin_words *words) {
  char *folder, *home = sheaf_plugin_home();
  if (!home) return NULL;
  if (asprintf(&folder, "%s/templates/%s/%s", home, words->language,
               words->stage) < 0)
    folder = NULL;
  free(home);
  struct stat facts;
  if (folder && stat(folder, &facts) == 0 && S_ISDIR(facts.st_mode))
    return folder;
  free(folder);
  return NULL;
}

static const char *last_part(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

static bool is_plugin_name(const char *name) {
  size_t size = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_.");
  return size > 0 && name[size] == '\0' && name[0] != '.';
}

static int refuse_template(const cli_plugin_words *words) {
  return cli_usage("plugin", "there is no template for %s in %s", words->stage,
                   words->language);
}

int cli_plugin_new(const cli_plugin_words *words) {
  template_copy copy = {.into = words->name, .name = last_part(words->name)};
  struct stat facts;
  if (!is_plugin_name(copy.name))
    return cli_usage("plugin",
                     "'%s' is no name for a plugin: a-z, 0-9, '_' and dots",
                     copy.name);
  if (lstat(copy.into, &facts) == 0)
    return fail(SHEAF_EEXISTS, copy.into, "it is there already",
                "choose another name");
  copy.from = find_template(words);
  if (!copy.from) return refuse_template(words);
  int status = copy_folder(&copy, copy.from, copy.into);
  free(copy.from);
  if (status != CLI_OK) return status;
  printf("%s is there. Next:\n\n", copy.into);
  printf("  sheaf plugin test %s\n", copy.into);
  printf("  sheaf run -p ./%s -p export.jsonl BUNDLE -o OUT\n", copy.into);
  return CLI_OK;
}
