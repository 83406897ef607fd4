/// `require`: libraries of Sheaf, and in a sandbox the plugin's own modules.
#include <stdlib.h>
#include <string.h>

#include "io/io.h"
#include "lua/engine.h"

#define CHUNK_MAX ((uint64_t)4 << 20)
#define PREFIX    "sheaf."
#define MODULES   "sheaf.modules"

void sf_load_file(lua_State *L, const char *folder, const char *name,
                  const char *label) {
  sf_buffer *code = sf_push_buffer(L);
  sheaf_error error;
  char *path = sf_path_join(folder, name);
  if (!path) luaL_error(L, "not enough memory");
  int status = sf_file_slurp(path, CHUNK_MAX, code, &error);
  free(path);
  if (status != SHEAF_OK) sf_raise(L, &error);
  lua_pushfstring(L, "@%s", label);
  if (luaL_loadbufferx(L, code->data, code->size, lua_tostring(L, -1), "t"))
    lua_error(L);
  sf_buffer_clear(code);
  lua_replace(L, -3);
  lua_pop(L, 1);
}

// A module's name becomes a file's: dots are folders, and nothing in it can
// lead out of the folder.
static const char *file_of(lua_State *L, const char *name) {
  if (name[strspn(name,
                  "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                  "0123456789_.-")] ||
      name[0] == '.' || strstr(name, ".."))
    luaL_error(L, "'%s' is no name for a module", name);
  luaL_gsub(L, name, ".", "/");
  lua_pushfstring(L, "%s.lua", lua_tostring(L, -1));
  return lua_tostring(L, -1);
}

static void load_module(lua_State *L, const char *name) {
  const sf_engine *engine = sf_engine_of(L);
  bool shared = strncmp(name, PREFIX, strlen(PREFIX)) == 0;
  const char *inner = shared ? name + strlen(PREFIX) : name;
  const char *folder = shared ? engine->library : engine->folder;
  if (!folder) luaL_error(L, "module '%s' not found", name);
  const char *file = file_of(L, inner);
  const char *label =
      lua_pushfstring(L, "%s/%s", shared ? "sheaf" : engine->name, file);
  sf_load_file(L, folder, file, label);
}

int sf_lua_require(lua_State *L) {
  const char *name = luaL_checkstring(L, 1);
  luaL_getsubtable(L, LUA_REGISTRYINDEX, MODULES);
  int modules = lua_gettop(L);
  if (lua_getfield(L, modules, name) != LUA_TNIL) return 1;
  load_module(L, name);
  lua_pushstring(L, name);
  lua_call(L, 1, 1);
  if (lua_isnil(L, -1)) lua_pushboolean(L, true);
  lua_pushvalue(L, -1);
  lua_setfield(L, modules, name);
  return 1;
}
