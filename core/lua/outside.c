/// What a plugin can reach beyond its documents, as far as it was granted:
/// files and variables of the environment.
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "io/io.h"
#include "lua/engine.h"

// The largest file that is read; a plugin's memory limit is mostly smaller.
#define FILE_MAX ((uint64_t)1 << 30)

int sf_push_refusal(lua_State *L, const sheaf_error *error) {
  lua_pushnil(L);
  lua_pushfstring(L, "%s: %s", error->what, error->why);
  if (error->hint[0]) lua_pushfstring(L, " (%s)", error->hint);
  if (error->hint[0]) lua_concat(L, 2);
  lua_pushstring(L, sheaf_code_slug(error->code));
  return 3;
}

// A name has no NUL in it: the system would see less of it than the check.
static const char *check_name(lua_State *L) {
  size_t size;
  const char *name = luaL_checklstring(L, 2, &size);
  luaL_argcheck(L, size > 0 && size == strlen(name), 2, "not a name");
  return name;
}

static int ask(lua_State *L, const char *permission, const char *what,
               sheaf_error *error) {
  return sheaf_plugin_may(lua_touserdata(L, lua_upvalueindex(1)), permission,
                          what, error);
}

// ctx:env(name)
static int read_variable(lua_State *L) {
  const char *name = check_name(L);
  sheaf_error error;
  if (ask(L, "env", name, &error)) return sf_push_refusal(L, &error);
  lua_pushstring(L, getenv(name));
  return 1;
}

// ctx:read_file(path)
static int read_file(lua_State *L) {
  const char *path = check_name(L);
  sf_buffer *content = sf_scratch(L);
  sheaf_error error;
  int code = ask(L, "read", path, &error);
  if (!code) code = sf_file_slurp(path, FILE_MAX, content, &error);
  return code ? sf_push_refusal(L, &error) : sf_push_scratch(L);
}

// A link at the end of the path could lead out of the folder that was granted.
static int write_content(const char *path, sheaf_bytes content,
                         sheaf_error *error) {
  int fd = open(path,
                O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW |
                    O_NONBLOCK | O_NOCTTY,
                0666);
  if (fd < 0) return sf_fail_errno(error, SHEAF_EWRITE, path, "cannot be made");
  int code = sf_write_all(fd, path, content.data, content.size, error);
  if (close(fd) && !code)
    code = sf_fail_errno(error, SHEAF_EWRITE, path, "cannot be closed");
  return code;
}

// ctx:write_file(path, content)
static int write_file(lua_State *L) {
  const char *path = check_name(L);
  sheaf_bytes content = sf_check_bytes(L, 3);
  sheaf_error error;
  int code = ask(L, "write", path, &error);
  if (!code) code = write_content(path, content, &error);
  if (code) return sf_push_refusal(L, &error);
  lua_pushboolean(L, true);
  return 1;
}

void sf_open_outside(lua_State *L, const sheaf_plugin_context *context) {
  static const luaL_Reg functions[] = {{"env", read_variable},
                                       {"read_file", read_file},
                                       {"write_file", write_file},
                                       {NULL, NULL}};
  lua_pushlightuserdata(L, (void *)context);
  luaL_setfuncs(L, functions, 1);
}
