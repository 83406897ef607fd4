/// The public API that belongs to no single module.
#include "sheaf/sheaf.h"

#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "io/io.h"
#include "jail/jail.h"
#include "loop/loop.h"
#include "lua/lua.h"
#include "plugin/plugin.h"
#include "run/run.h"

const char *sheaf_version(void) {
  return SHEAF_VERSION;
}

int sheaf_shell_new(sheaf_shell **out, const char *library,
                    sheaf_error *error) {
  return sf_shell_new(out, library, sf_languages, error);
}

int sheaf_plugin_check(const char *name, const char *const *path,
                       sheaf_error *error) {
  sf_manifest manifest;
  sf_plugin *plugin;
  int code = sf_manifest_load(&manifest, name, path, error);
  if (code == SHEAF_OK)
    code = sf_plugin_open(&plugin, &manifest, NULL, sf_languages, error);
  if (code != SHEAF_OK) return code;
  code = sf_plugin_check(plugin, error);
  sf_plugin_close(plugin);
  return code;
}

// --- What there is ---------------------------------------------------------

// Adds `name: text` to the map; a NULL text says what it is for and that it is
// missing.
static int add_fact(sheaf_value *facts, const char *name, const char *text,
                    const char *missing) {
  return sheaf_value_set_string(facts, name, text ? text : missing);
}

static int add_languages(sheaf_value *facts) {
  sf_buffer names = {0};
  for (const sf_language *const *language = sf_languages; *language;
       language++) {
    if (names.size) sf_buffer_puts(&names, ", ");
    sf_buffer_puts(&names, (*language)->name);
  }
  const char *text = sf_buffer_text(&names);
  int code = text ? add_fact(facts, "languages", text, "") : SHEAF_ENOMEM;
  sf_buffer_clear(&names);
  return code;
}

static int add_plugin_path(sheaf_value *facts) {
  sf_buffer folders = {0};
  char **path = sf_plugin_path();
  for (char **folder = path; folder && *folder; folder++) {
    if (folders.size) sf_buffer_putc(&folders, ':');
    sf_buffer_puts(&folders, *folder);
  }
  sf_plugin_path_free(path);
  const char *text = sf_buffer_text(&folders);
  int code = text ? add_fact(facts, "plugins", text, "") : SHEAF_ENOMEM;
  sf_buffer_clear(&folders);
  return code;
}

// Libraries that are opened when they are first needed.
static int add_modules(sheaf_value *facts) {
  static const struct {
    const char *name, *file, *missing;
  } modules[] = {
      {"pcre2", "libpcre2-8.so.0",
       "not installed (no sheaf.regex; Debian: libpcre2-8-0)"},
      {"libarchive", "libarchive.so.13",
       "not installed (no zstd, xz, bzip2, 7z, rar …; Debian: libarchive13)"},
      {"uchardet", "libuchardet.so.0",
       "not installed (charsets are not guessed; Debian: libuchardet0)"},
      {"readline", "libreadline.so.8",
       "not installed (no editing in 'sheaf repl'; Debian: libreadline8)"},
      {"luv", "liblua5.4-luv.so.0",
       "not installed (no require \"luv\" in scripts; Debian: lua-luv)"},
  };
  int code = SHEAF_OK;
  for (size_t i = 0; i < SF_COUNT(modules) && code == SHEAF_OK; i++)
    code = add_fact(facts, modules[i].name,
                    sf_library_open(modules[i].file) ? "found" : NULL,
                    modules[i].missing);
  return code;
}

static int add_libraries(sheaf_value *facts) {
  int code = add_fact(facts, "lua", sf_lua_version(), "");
  if (code == SHEAF_OK) code = add_fact(facts, "libuv", sf_loop_version(), "");
  if (code == SHEAF_OK) code = add_fact(facts, "zlib", sf_zlib_version(), "");
  if (code == SHEAF_OK)
    code = add_fact(facts, "libdeflate", sf_libdeflate_version(),
                    "not built in (zips are read at half the speed)");
  return code == SHEAF_OK ? add_modules(facts) : code;
}

/// What the wall around workers is built of here.
static int add_wall(sheaf_value *facts) {
  const sf_jail_kernel kernel = sf_jail_look();
  char landlock[32];
  snprintf(landlock, sizeof landlock, "version %d", kernel.landlock);
  int code = add_fact(facts, "landlock", kernel.landlock ? landlock : NULL,
                      "not in this kernel (plugins can reach files)");
  if (code != SHEAF_OK) return code;
  return add_fact(facts, "seccomp", kernel.seccomp ? "found" : NULL,
                  "not in this kernel (plugins can reach the network)");
}

int sheaf_describe(sheaf_value *out, sheaf_error *error) {
  struct utsname system;
  int code = sheaf_value_map(out);
  if (code == SHEAF_OK) code = add_fact(out, "sheaf", SHEAF_VERSION, "");
  if (code == SHEAF_OK) code = add_libraries(out);
  if (code == SHEAF_OK && uname(&system) == 0)
    code = add_fact(out, "kernel", system.release, "");
  if (code == SHEAF_OK) code = add_wall(out);
  if (code == SHEAF_OK) code = add_languages(out);
  if (code == SHEAF_OK) code = add_plugin_path(out);
  if (code == SHEAF_OK) return code;
  sheaf_value_clear(out);
  return sf_no_memory(error);
}
