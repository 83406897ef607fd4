/// The analyst's bench: what scripts have beyond what plugins have. Bundles,
/// their documents, and plugins to try on a text.
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "lua/engine.h"
#include "lua/lua.h"
#include "text/text.h"

// --- Bundles ---------------------------------------------------------------

typedef struct {
  sheaf_bundle *bundle;
  char *path;
} bundle_handle;

static bundle_handle *check_bundle(lua_State *L, int index) {
  bundle_handle *handle = sf_check_type(L, index, SF_TYPE_BUNDLE);
  if (!handle->bundle) luaL_error(L, "this bundle is closed");
  return handle;
}

static int close_bundle(lua_State *L) {
  bundle_handle *handle = sf_check_type(L, 1, SF_TYPE_BUNDLE);
  sheaf_bundle_close(handle->bundle);
  free(handle->path);
  *handle = (bundle_handle){0};
  return 0;
}

// Errors of opening and reading are expected: nil, message, code.
static int push_failure(lua_State *L, const sheaf_error *error) {
  luaL_pushfail(L);
  lua_pushfstring(L, "%s: %s", error->what, error->why);
  lua_pushstring(L, sheaf_code_slug(error->code));
  return 3;
}

static int open_bundle(lua_State *L) {
  const char *path = luaL_checkstring(L, 1);
  bundle_handle *handle = lua_newuserdatauv(L, sizeof *handle, 0);
  *handle = (bundle_handle){.path = sf_strndup(path, strlen(path))};
  sf_set_type(L, SF_TYPE_BUNDLE);
  if (!handle->path) return luaL_error(L, "not enough memory");
  sheaf_error error;
  if (sheaf_bundle_open(&handle->bundle, path, NULL, &error) != SHEAF_OK)
    return push_failure(L, &error);
  return 1;
}

static const char *type_name(sheaf_member_type type) {
  static const char *const names[] = {"file", "folder", "link", "special",
                                      "record"};
  return names[type];
}

static void push_member(lua_State *L, const sheaf_member *member) {
  lua_createtable(L, 0, 5);
  lua_pushinteger(L, (lua_Integer)member->ordinal);
  lua_setfield(L, -2, "ordinal");
  lua_pushlstring(L, member->name.data, member->name.size);
  lua_setfield(L, -2, "name");
  lua_pushstring(L, type_name(member->type));
  lua_setfield(L, -2, "type");
  lua_pushinteger(L, (lua_Integer)member->size);
  lua_setfield(L, -2, "size");
  lua_pushinteger(L, (lua_Integer)member->packed_size);
  lua_setfield(L, -2, "packed_size");
}

static int next_member(lua_State *L) {
  bundle_handle *handle = check_bundle(L, lua_upvalueindex(1));
  sheaf_member member;
  sheaf_error error;
  int code = sheaf_bundle_next(handle->bundle, &member, &error);
  if (code == SHEAF_END) return 0;
  if (code != SHEAF_OK && sheaf_code_scope(code) != SHEAF_SCOPE_DOCUMENT)
    return sf_raise(L, &error);
  push_member(L, &member);
  if (code == SHEAF_OK) return 1;
  lua_pushstring(L, error.why);
  return 2;
}

// --- Documents -------------------------------------------------------------

// An error names the member: there is no row that would.
static int decode(const bundle_handle *handle, const sheaf_member *member,
                  sheaf_bytes content, sf_buffer *storage, sheaf_bytes *text,
                  sheaf_error *error) {
  const char *charset;
  int code =
      sf_charset_decode(content, sf_bytes(""), storage, text, &charset, error);
  if (code != SHEAF_OK)
    snprintf(error->what, sizeof error->what, "%s: member '%.*s'", handle->path,
             (int)member->name.size, member->name.data);
  return code;
}

// Makes a document of the current member; pushes it, or nil and the reason.
static int read_document(lua_State *L, bundle_handle *handle,
                         const sheaf_member *member) {
  sheaf_bytes content, text;
  sheaf_error error;
  sf_doc_handle *doc = sf_push_own_doc(L);
  sf_buffer *storage = sf_push_buffer(L);
  char *name = sf_strndup(member->name.data, member->name.size);
  char *id =
      name ? sf_sprintf("1/%llu/%s", (unsigned long long)member->ordinal, name)
           : NULL;
  int code = id ? sheaf_bundle_read(handle->bundle, &content, &error)
                : sf_no_memory(&error);
  if (code == SHEAF_OK)
    code = decode(handle, member, content, storage, &text, &error);
  if (code == SHEAF_OK)
    code = sheaf_doc_new(&doc->doc, id, handle->path,
                         (sheaf_bytes){name, member->name.size}, text, &error);
  free(name);
  free(id);
  sf_buffer_clear(storage);
  lua_pop(L, 1);
  return code == SHEAF_OK ? 1 : push_failure(L, &error);
}

static int next_document(lua_State *L) {
  bundle_handle *handle = check_bundle(L, lua_upvalueindex(1));
  sheaf_member member;
  sheaf_error error;
  int code;
  while ((code = sheaf_bundle_next(handle->bundle, &member, &error)) !=
         SHEAF_END) {
    if (code != SHEAF_OK && sheaf_code_scope(code) != SHEAF_SCOPE_DOCUMENT)
      return sf_raise(L, &error);
    if (code == SHEAF_OK && member.type != SHEAF_MEMBER_FILE) continue;
    int results = code == SHEAF_OK ? read_document(L, handle, &member)
                                   : push_failure(L, &error);
    if (results == 1) return 1;
    // A loop goes on behind a bad document, and hears of it.
    lua_warning(L, "sheaf: ", 1);
    lua_warning(L, lua_tostring(L, -2), 0);
    lua_settop(L, 0);
  }
  return 0;
}

static int push_iterator(lua_State *L, lua_CFunction next) {
  bundle_handle *handle = check_bundle(L, 1);
  sheaf_error error;
  int code = sheaf_bundle_seek(handle->bundle, 1, NULL, &error);
  if (code != SHEAF_OK && code != SHEAF_ENOMEMBER) return sf_raise(L, &error);
  lua_settop(L, 1);
  lua_pushcclosure(L, next, 1);
  return 1;
}

static int bundle_members(lua_State *L) {
  return push_iterator(L, next_member);
}

static int bundle_documents(lua_State *L) {
  return push_iterator(L, next_document);
}

static int bundle_document(lua_State *L) {
  bundle_handle *handle = check_bundle(L, 1);
  lua_Integer ordinal = luaL_checkinteger(L, 2);
  sheaf_member member;
  sheaf_error error;
  luaL_argcheck(L, ordinal >= 1, 2, "members count from 1");
  int code = sheaf_bundle_seek(handle->bundle, (uint64_t)ordinal, NULL, &error);
  if (code == SHEAF_OK)
    code = sheaf_bundle_next(handle->bundle, &member, &error);
  if (code != SHEAF_OK) return push_failure(L, &error);
  return read_document(L, handle, &member);
}

static int bundle_format(lua_State *L) {
  lua_pushstring(L, sheaf_bundle_format(check_bundle(L, 1)->bundle));
  return 1;
}

// --- Plugins ---------------------------------------------------------------

static int open_plugin(lua_State *L) {
  const sf_language *const *languages = lua_touserdata(L, lua_upvalueindex(1));
  const char *name = luaL_checkstring(L, 1);
  sheaf_value options = SHEAF_VALUE_NULL;
  sf_manifest manifest;
  sheaf_error error;
  lua_settop(L, 2);
  sf_buffer *json = sf_push_buffer(L);
  if (!lua_isnil(L, 2)) sf_write_json(L, 2, json);
  sf_plugin **slot = lua_newuserdatauv(L, sizeof *slot, 0);
  *slot = NULL;
  sf_set_type(L, SF_TYPE_PLUGIN);
  int code = SHEAF_OK;
  if (json->size)
    code = sheaf_value_parse(&options, json->data, json->size, &error);
  if (code == SHEAF_OK) code = sf_manifest_load(&manifest, name, NULL, &error);
  if (code == SHEAF_OK)
    code = sf_plugin_open(slot, &manifest, &options, languages, &error);
  sheaf_value_clear(&options);
  return code == SHEAF_OK ? 1 : sf_raise(L, &error);
}

// The checked manifest as a table, with its folder.
static int plugin_info(lua_State *L) {
  sf_plugin **slot = sf_check_type(L, 1, SF_TYPE_PLUGIN);
  if (!*slot) return luaL_error(L, "this plugin is closed");
  const sf_manifest *manifest = sf_plugin_manifest(*slot);
  sf_push_value(L, &manifest->json);
  lua_pushstring(L, manifest->folder);
  lua_setfield(L, -2, "folder");
  return 1;
}

static int describe_plugin(lua_State *L) {
  const char *name = luaL_checkstring(L, 1);
  sheaf_value manifest;
  sheaf_error error;
  if (sheaf_plugin_info(&manifest, name, NULL, &error) != SHEAF_OK)
    return sf_raise(L, &error);
  sf_push_value(L, &manifest);
  sheaf_value_clear(&manifest);
  return 1;
}

static int close_plugin(lua_State *L) {
  sf_plugin **slot = sf_check_type(L, 1, SF_TYPE_PLUGIN);
  sf_plugin_close(*slot);
  *slot = NULL;
  return 0;
}

// Pushes a document of `text` with the member's name `name`.
static sf_doc_handle *push_document(lua_State *L, sheaf_bytes text,
                                    const char *name) {
  const char *id = lua_pushfstring(L, "1/1/%s", name);
  sf_doc_handle *handle = sf_push_own_doc(L);
  sheaf_error error;
  if (sheaf_doc_new(&handle->doc, id, "text", sf_bytes(name), text, &error) !=
      SHEAF_OK)
    sf_raise(L, &error);
  lua_remove(L, -2);
  return handle;
}

// sheaf.document(text [, name]).
static int make_document(lua_State *L) {
  push_document(L, sf_check_bytes(L, 1), luaL_optstring(L, 2, "text"));
  return 1;
}

// A document of the string at `index`, or the document that is there.
static sf_doc_handle *take_doc(lua_State *L, int index) {
  if (lua_type(L, index) == LUA_TSTRING)
    return push_document(L, sf_check_bytes(L, index), "text");
  lua_pushvalue(L, index);
  return sf_check_doc(L, index);
}

// The records as a table by output; of a plugin with a spool its only record,
// nil where there is none.
static void push_records(lua_State *L, const sf_manifest *manifest,
                         const sheaf_result *result) {
  sheaf_bytes only = sf_buffer_bytes(&result->records[0]);
  if (manifest->spools && !only.size) {
    lua_pushnil(L);
    return;
  }
  if (manifest->stage == SF_STAGE_REDUCE) {
    sf_push_json(L, only);
    return;
  }
  if (manifest->spools) {
    lua_pushlstring(L, only.data, only.size);
    return;
  }
  lua_newtable(L);
  for (size_t i = 0; i < result->outputs; i++) {
    sheaf_bytes record = sf_buffer_bytes(&result->records[i]);
    lua_pushlstring(L, record.data, record.size);
    lua_setfield(L, -2, sf_manifest_output(manifest, i));
  }
}

// plugin:process(text or document) gives the document with the plugin's spans
// and a table of the records by output; or nil, message, code.
static int plugin_process(lua_State *L) {
  sf_plugin **slot = sf_check_type(L, 1, SF_TYPE_PLUGIN);
  if (!*slot) return luaL_error(L, "this plugin is closed");
  const sf_manifest *manifest = sf_plugin_manifest(*slot);
  sf_doc_handle *handle = take_doc(L, 2);
  sf_buffer records[SF_OUTPUTS_MAX] = {{0}};
  sheaf_result result = {.records = records,
                         .outputs = sf_manifest_record_count(manifest)};
  sheaf_error error;
  // The spans borrow the plugin's name: the document keeps the plugin.
  lua_createtable(L, 2, 0);
  lua_getiuservalue(L, -2, 2);
  lua_rawseti(L, -2, 1);
  lua_pushvalue(L, 1);
  lua_rawseti(L, -2, 2);
  lua_setiuservalue(L, -2, 2);
  int code = sf_plugin_process(*slot, handle->doc, &result, &error);
  if (code == SHEAF_OK && result.dropped)
    code = sf_fail(&error, SHEAF_EPLUGIN, "dropped", "%s", result.dropped);
  if (code == SHEAF_OK) push_records(L, manifest, &result);
  for (size_t i = 0; i < result.outputs; i++) sf_buffer_clear(&records[i]);
  free(result.dropped);
  return code == SHEAF_OK ? 2 : push_failure(L, &error);
}

// Pushes a buffer with the items of the list at `list` as a spool file would
// have them.
static sf_buffer *push_spool(lua_State *L, int list, bool json) {
  sf_buffer *spool = sf_push_buffer(L), *record = sf_push_buffer(L);
  lua_Integer count = luaL_len(L, list);
  for (lua_Integer i = 1; i <= count; i++) {
    record->size = 0;
    lua_geti(L, list, i);
    sheaf_bytes text = {NULL, 0};
    if (json)
      sf_write_json(L, lua_gettop(L), record);
    else
      text = sf_check_bytes(L, -1);
    if (json) text = sf_buffer_bytes(record);
    char length[SF_SPOOL_LENGTH];
    sf_spool_length(length, text.size);
    sf_buffer_append(spool, length, sizeof length);
    sf_buffer_append(spool, text.data, text.size);
    lua_pop(L, 1);
  }
  sf_buffer_clear(record);
  lua_pop(L, 1);
  if (spool->failed) luaL_error(L, "not enough memory");
  return spool;
}

static int next_listed(void *context, sheaf_bytes *record, sheaf_error *error) {
  (void)error;
  return sf_spool_take(context, record);
}

static void push_outputs(lua_State *L, const sf_manifest *manifest,
                         const sheaf_result *result) {
  lua_createtable(L, 0, (int)result->outputs);
  for (size_t i = 0; i < result->outputs; i++) {
    const char *header = sf_manifest_output_header(manifest, i);
    sheaf_bytes written = sf_buffer_bytes(&result->records[i]);
    lua_pushstring(L, header);
    lua_pushstring(L, header[0] ? "\n" : "");
    lua_pushlstring(L, written.data, written.size);
    lua_concat(L, 3);
    lua_setfield(L, -2, sf_manifest_output(manifest, i));
  }
}

// plugin:finish(parts) gives a table of what it writes by output; or nil,
// message, code.
static int plugin_finish(lua_State *L) {
  sf_plugin **slot = sf_check_type(L, 1, SF_TYPE_PLUGIN);
  if (!*slot) return luaL_error(L, "this plugin is closed");
  luaL_checktype(L, 2, LUA_TTABLE);
  const sf_manifest *manifest = sf_plugin_manifest(*slot);
  lua_settop(L, 2);
  sf_buffer *spool = push_spool(L, 2, manifest->stage == SF_STAGE_REDUCE);
  sheaf_bytes rest = sf_buffer_bytes(spool);
  const sf_spool_source source = {next_listed, NULL, &rest};
  sf_buffer records[SF_OUTPUTS_MAX] = {{0}};
  sheaf_result result = {.records = records,
                         .outputs = sf_manifest_output_count(manifest)};
  sheaf_error error;
  int code = sf_plugin_finish(*slot, &source, &result, &error);
  sf_buffer_clear(spool);
  if (code == SHEAF_OK) push_outputs(L, manifest, &result);
  for (size_t i = 0; i < result.outputs; i++) sf_buffer_clear(&records[i]);
  return code == SHEAF_OK ? 1 : push_failure(L, &error);
}

static int plugin_check(lua_State *L) {
  sf_plugin **slot = sf_check_type(L, 1, SF_TYPE_PLUGIN);
  sheaf_error error;
  if (!*slot) return luaL_error(L, "this plugin is closed");
  if (sf_plugin_check(*slot, &error) != SHEAF_OK)
    return push_failure(L, &error);
  lua_pushboolean(L, true);
  return 1;
}

// What kit and tests use to see how a plugin bears its end.
static sf_engine *check_engine(lua_State *L) {
  sf_plugin **slot = sf_check_type(L, 1, SF_TYPE_PLUGIN);
  if (!*slot) luaL_error(L, "this plugin is closed");
  if (strcmp(sf_plugin_manifest(*slot)->language, sf_lua.name) != 0)
    luaL_error(L, "only for plugins in Lua");
  return sf_plugin_engine(sf_plugin_state(*slot));
}

static int plugin_injure(lua_State *L) {
  sf_engine *engine = check_engine(L);
  sf_engine_injure(engine, (uint64_t)luaL_optinteger(L, 2, 0),
                   (int)luaL_optinteger(L, 3, 0));
  return 0;
}

static int plugin_kill(lua_State *L) {
  sf_plugin **slot = sf_check_type(L, 1, SF_TYPE_PLUGIN);
  if (!*slot) return luaL_error(L, "this plugin is closed");
  lua_Integer lines = luaL_checkinteger(L, 2);
  luaL_argcheck(L, lines >= 0 && lines <= INT_MAX, 2, "lines count from 0");
  if (!sf_plugin_kill(*slot, (unsigned)lines))
    return luaL_error(L, "only for plugins that are programs");
  return 0;
}

static int plugin_memory(lua_State *L) {
  lua_pushinteger(L, (lua_Integer)check_engine(L)->memory);
  return 1;
}

void sf_open_bench(lua_State *L, const sf_language *const *languages) {
  static const luaL_Reg bundle_metamethods[] = {
      {"__gc", close_bundle}, {"__close", close_bundle}, {NULL, NULL}};
  static const luaL_Reg bundle_methods[] = {
      {"members", bundle_members},   {"documents", bundle_documents},
      {"document", bundle_document}, {"format", bundle_format},
      {"close", close_bundle},       {NULL, NULL}};
  static const luaL_Reg plugin_metamethods[] = {{"__gc", close_plugin},
                                                {NULL, NULL}};
  static const luaL_Reg plugin_methods[] = {
      {"process", plugin_process}, {"finish", plugin_finish},
      {"check", plugin_check},     {"injure", plugin_injure},
      {"kill", plugin_kill},       {"memory", plugin_memory},
      {"info", plugin_info},       {NULL, NULL}};
  sf_define_type(L, SF_TYPE_BUNDLE, bundle_metamethods, bundle_methods);
  sf_define_type(L, SF_TYPE_PLUGIN, plugin_metamethods, plugin_methods);
  lua_getglobal(L, "sheaf");
  lua_pushcfunction(L, open_bundle);
  lua_setfield(L, -2, "open");
  lua_pushcfunction(L, make_document);
  lua_setfield(L, -2, "document");
  lua_pushcfunction(L, describe_plugin);
  lua_setfield(L, -2, "plugin_info");
  lua_pushlightuserdata(L, (void *)languages);
  lua_pushcclosure(L, open_plugin, 1);
  lua_setfield(L, -2, "plugin");
  lua_pop(L, 1);
}
