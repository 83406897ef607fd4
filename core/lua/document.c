/// Documents and spans in Lua.
#include <string.h>

#include "json/json.h"
#include "lua/engine.h"

// --- Handles ---------------------------------------------------------------

sf_doc_handle *sf_push_doc(lua_State *L, sheaf_doc *doc, sheaf_result *result) {
  sf_doc_handle *handle = lua_newuserdatauv(L, sizeof *handle, 3);
  *handle = (sf_doc_handle){.doc = doc, .result = result};
  if (doc) handle->memory = sf_doc_memory(doc);
  sf_set_type(L, SF_TYPE_DOC);
  return handle;
}

// A finalizer is dear: the handles of hooks, one a document, have none. Those
// who own their document keep an object that has one, and keeps them.
sf_doc_handle *sf_push_own_doc(lua_State *L) {
  sf_doc_handle *handle = sf_push_doc(L, NULL, NULL);
  sf_doc_handle **owner = lua_newuserdatauv(L, sizeof *owner, 1);
  *owner = handle;
  sf_set_type(L, SF_TYPE_OWNER);
  lua_pushvalue(L, -2);
  lua_setiuservalue(L, -2, 1);
  lua_setiuservalue(L, -2, 3);
  return handle;
}

sf_doc_handle *sf_check_doc(lua_State *L, int index) {
  sf_doc_handle *handle = sf_check_type(L, index, SF_TYPE_DOC);
  if (!handle->doc) luaL_error(L, "this document was used after its end");
  return handle;
}

void sf_release_doc(sf_doc_handle *handle) {
  handle->doc = NULL;
  handle->result = NULL;
}

static int collect_owner(lua_State *L) {
  sf_doc_handle **owner = sf_check_type(L, 1, SF_TYPE_OWNER);
  sheaf_doc_free((*owner)->doc);
  sf_release_doc(*owner);
  return 0;
}

static sheaf_doc *check_doc(lua_State *L) {
  return sf_check_doc(L, 1)->doc;
}

// --- Spans -----------------------------------------------------------------

// A span in Lua: its first user value is the document's handle, the second a
// table of attributes, made when one is asked for.
typedef struct {
  sheaf_span span;
  sf_doc_handle *owner;
} span_handle;

static void push_span(lua_State *L, int doc, const sheaf_span *span) {
  doc = lua_absindex(L, doc);
  span_handle *handle = lua_newuserdatauv(L, sizeof *handle, 2);
  *handle = (span_handle){*span, lua_touserdata(L, doc)};
  sf_set_type(L, SF_TYPE_SPAN);
  lua_pushvalue(L, doc);
  lua_setiuservalue(L, -2, 1);
}

static span_handle *check_span(lua_State *L) {
  span_handle *handle = sf_check_type(L, 1, SF_TYPE_SPAN);
  if (!handle->owner->doc)
    luaL_error(L, "this span was used after its document's end");
  return handle;
}

static void push_attributes(lua_State *L, const span_handle *handle) {
  if (lua_getiuservalue(L, 1, 2) == LUA_TTABLE) return;
  lua_pop(L, 1);
  sf_push_json(L, handle->span.attributes);
  lua_pushvalue(L, -1);
  lua_setiuservalue(L, 1, 2);
}

static void push_span_text(lua_State *L, const span_handle *handle) {
  const sheaf_span *span = &handle->span;
  sheaf_bytes text = sheaf_doc_text(handle->owner->doc);
  lua_getiuservalue(L, 1, 1);
  sf_push_text(L, -1, handle->owner,
               (sheaf_bytes){text.data + span->from, span->to - span->from},
               span->from);
}

static int span_index(lua_State *L) {
  const span_handle *handle = check_span(L);
  const char *key = luaL_checkstring(L, 2);
  if (strcmp(key, "from") == 0) {
    lua_pushinteger(L, (lua_Integer)handle->span.from);
  } else if (strcmp(key, "to") == 0) {
    lua_pushinteger(L, (lua_Integer)handle->span.to);
  } else if (strcmp(key, "text") == 0) {
    push_span_text(L, handle);
  } else if (strcmp(key, "kind") == 0) {
    lua_pushstring(L, handle->span.kind);
  } else if (strcmp(key, "plugin") == 0) {
    lua_pushstring(L, handle->span.plugin);
  } else {
    push_attributes(L, handle);
    if (strcmp(key, "attributes") != 0) lua_getfield(L, -1, key);
  }
  return 1;
}

static int span_string(lua_State *L) {
  const sheaf_span *span = &check_span(L)->span;
  lua_pushfstring(L, "%s [%I, %I) ", span->kind, (LUAI_UACINT)span->from,
                  (LUAI_UACINT)span->to);
  lua_pushlstring(L, span->attributes.data, span->attributes.size);
  lua_concat(L, 2);
  return 1;
}

// Closure over the document, the kind and the index that comes next.
static int next_span(lua_State *L) {
  sf_doc_handle *handle = sf_check_doc(L, lua_upvalueindex(1));
  const char *kind = lua_tostring(L, lua_upvalueindex(2));
  lua_Integer index = lua_tointeger(L, lua_upvalueindex(3));
  sheaf_span span;
  if (sheaf_doc_span(handle->doc, kind, (size_t)index, &span) != SHEAF_OK)
    return 0;
  lua_pushinteger(L, index + 1);
  lua_replace(L, lua_upvalueindex(3));
  push_span(L, lua_upvalueindex(1), &span);
  return 1;
}

// The kind of spans that the plugin wants to look at.
static const char *check_kind(lua_State *L, const sheaf_doc *doc) {
  const char *kind = luaL_checkstring(L, 2);
  sheaf_error error;
  if (sf_doc_may_read(doc, kind)) return kind;
  sf_doc_refuse_read(kind, &error);
  sf_raise(L, &error);
  return NULL;
}

static int doc_spans(lua_State *L) {
  check_kind(L, check_doc(L));
  lua_settop(L, 2);
  lua_pushinteger(L, 0);
  lua_pushcclosure(L, next_span, 3);
  return 1;
}

static int doc_span_list(lua_State *L) {
  sheaf_doc *doc = check_doc(L);
  const char *kind = check_kind(L, doc);
  sheaf_span span;
  lua_newtable(L);
  for (size_t i = 0; sheaf_doc_span(doc, kind, i, &span) == SHEAF_OK; i++) {
    push_span(L, 1, &span);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  return 1;
}

static int doc_count(lua_State *L) {
  sheaf_doc *doc = check_doc(L);
  const char *kind = lua_isnoneornil(L, 2) ? NULL : check_kind(L, doc);
  lua_pushinteger(L, (lua_Integer)sheaf_doc_span_count(doc, kind));
  return 1;
}

static int doc_kinds(lua_State *L) {
  sheaf_doc *doc = check_doc(L);
  const char *kind;
  lua_newtable(L);
  for (size_t i = 0; (kind = sheaf_doc_kind(doc, i)); i++) {
    lua_pushstring(L, kind);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  return 1;
}

// --- Adding ----------------------------------------------------------------

static void check_names(lua_State *L, int table) {
  for (lua_pushnil(L); lua_next(L, table); lua_pop(L, 1)) {
    sheaf_bytes name = {NULL, 0};
    if (lua_type(L, -2) == LUA_TSTRING)
      name.data = lua_tolstring(L, -2, &name.size);
    if (!sf_doc_attribute_allowed(name))
      luaL_error(L, "no attribute may be called '%s'",
                 luaL_tolstring(L, -2, NULL));
  }
}

static size_t check_offset(lua_State *L, int index) {
  lua_Integer offset = luaL_checkinteger(L, index);
  luaL_argcheck(L, offset >= 0, index, "an offset is not negative");
  return (size_t)offset;
}

// What a hook adds to its document counts as the plugin's memory, though Lua
// does not hold it.
static void check_memory(lua_State *L, const sf_doc_handle *handle) {
  size_t limit = sf_engine_of(L)->memory_limit;
  size_t memory = sf_doc_memory(handle->doc);
  if (limit && memory > handle->memory && memory - handle->memory > limit)
    sf_engine_rethrow(L, LUA_ERRMEM);
}

static int doc_add(lua_State *L) {
  const sf_doc_handle *handle = sf_check_doc(L, 1);
  const char *kind = luaL_checkstring(L, 2);
  size_t from = check_offset(L, 3), to = check_offset(L, 4);
  sheaf_bytes attributes = sf_bytes("{}");
  if (!lua_isnoneornil(L, 5)) {
    luaL_checktype(L, 5, LUA_TTABLE);
    check_names(L, 5);
    if (lua_pushnil(L), lua_next(L, 5)) {
      sf_buffer *json = sf_scratch(L);
      sf_write_json(L, 5, json);
      attributes = sf_buffer_bytes(json);
    }
  }
  sheaf_error error;
  int code = sf_doc_add_json(handle->doc, kind, from, to, attributes, &error);
  if (code != SHEAF_OK) sf_raise(L, &error);
  check_memory(L, handle);
  return 0;
}

static int doc_drop(lua_State *L) {
  sf_doc_handle *handle = sf_check_doc(L, 1);
  const char *reason = luaL_checkstring(L, 2);
  if (!handle->result)
    return luaL_error(L, "only a plugin's hook can drop a document");
  if (sheaf_result_drop(handle->result, reason) != SHEAF_OK)
    return luaL_error(L, "not enough memory");
  return 0;
}

static int doc_partial(lua_State *L) {
  sf_doc_handle *handle = sf_check_doc(L, 1);
  const char *reason = luaL_checkstring(L, 2);
  sheaf_error about;
  if (!handle->result)
    return luaL_error(L, "only a plugin's hook can say what it did not read");
  sf_fail(&about, SHEAF_EUNREADABLE, "", "%s", reason);
  sheaf_result_partial(handle->result, &about);
  return 0;
}

// Reads the value at `index` as JSON into `*value`, which the caller clears.
static void take_value(lua_State *L, int index, sheaf_value *value) {
  sf_buffer *json = sf_scratch(L);
  sheaf_error error;
  sf_write_json(L, index, json);
  int code = sheaf_value_parse(value, json->data, json->size, &error);
  if (code != SHEAF_OK) sf_raise(L, &error);
}

static int doc_set_metadata(lua_State *L) {
  const sf_doc_handle *handle = sf_check_doc(L, 1);
  sheaf_doc *doc = handle->doc;
  const char *key = luaL_checkstring(L, 2);
  sheaf_value value = SHEAF_VALUE_NULL;
  take_value(L, 3, &value);
  if (sf_doc_set_metadata(doc, key, value) != SHEAF_OK)
    return luaL_error(L, "not enough memory");
  check_memory(L, handle);
  return 0;
}

// Texts of children count as the memory of the plugin that makes them.
static void check_children(lua_State *L, const sf_doc_handle *handle) {
  const sf_children *children = handle->result->children;
  size_t limit = sf_engine_of(L)->memory_limit;
  if (limit && children && children->family->bytes > limit)
    sf_engine_rethrow(L, LUA_ERRMEM);
}

static int doc_emit(lua_State *L) {
  static const char *const names[] = {"name", "text", "media_type", "metadata",
                                      NULL};
  const sf_doc_handle *handle = sf_check_doc(L, 1);
  sheaf_child child = {.size = sizeof child};
  sheaf_value metadata = SHEAF_VALUE_NULL;
  sheaf_error error;
  luaL_checktype(L, 2, LUA_TTABLE);
  sf_check_options(L, 2, names);
  if (!handle->result)
    return luaL_error(L, "only a plugin's hook can emit a document");
  lua_settop(L, 2);
  for (size_t i = 0; names[i]; i++) lua_getfield(L, 2, names[i]);
  child.name = luaL_checkstring(L, 3);
  child.text = sf_check_bytes(L, 4);
  child.media_type = luaL_optstring(L, 5, NULL);
  if (!lua_isnil(L, 6)) {
    luaL_checktype(L, 6, LUA_TTABLE);
    take_value(L, 6, &metadata);
    child.metadata = &metadata;
  }
  int code = sheaf_result_emit(handle->result, &child, &error);
  sheaf_value_clear(&metadata);
  if (code != SHEAF_OK) return sf_raise(L, &error);
  check_children(L, handle);
  return 0;
}

static int doc_set_text(lua_State *L) {
  sf_doc_handle *handle = sf_check_doc(L, 1);
  sheaf_bytes text = sf_check_bytes(L, 2);
  sheaf_error error;
  if (sheaf_doc_set_text(handle->doc, text, &error) != SHEAF_OK)
    return sf_raise(L, &error);
  // The text object that was handed out before is of another text.
  lua_pushnil(L);
  lua_setiuservalue(L, 1, 1);
  check_memory(L, handle);
  return 0;
}

static int doc_json(lua_State *L) {
  static const char *const names[] = {"bytes", "codepoints", NULL};
  sheaf_doc *doc = check_doc(L);
  sf_offsets offsets = SF_OFFSETS_BYTES;
  bool line = false;
  if (!lua_isnoneornil(L, 2)) {
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_getfield(L, 2, "line");
    line = lua_toboolean(L, -1);
    lua_getfield(L, 2, "offsets");
    offsets = (sf_offsets)luaL_checkoption(L, -1, "bytes", names);
  }
  sf_buffer *json = sf_scratch(L);
  sf_doc_json(doc, offsets, json);
  if (line) sf_buffer_putc(json, '\n');
  return sf_push_scratch(L);
}

// --- Fields ----------------------------------------------------------------

static void push_text(lua_State *L, sheaf_doc *doc) {
  // One text a document: kept in the handle's user value.
  if (lua_getiuservalue(L, 1, 1) != LUA_TNIL) return;
  lua_pop(L, 1);
  sf_push_text(L, 1, lua_touserdata(L, 1), sheaf_doc_text(doc), 0);
  lua_pushvalue(L, -1);
  lua_setiuservalue(L, 1, 1);
}

static void push_bytes(lua_State *L, sheaf_bytes bytes) {
  lua_pushlstring(L, bytes.data, bytes.size);
}

static int doc_index(lua_State *L) {
  sheaf_doc *doc = check_doc(L);
  const char *key = luaL_checkstring(L, 2);
  lua_pushvalue(L, 2);
  if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL) return 1;
  if (strcmp(key, "text") == 0)
    push_text(L, doc);
  else if (strcmp(key, "content") == 0)
    push_bytes(L, sheaf_doc_content(doc));
  else if (strcmp(key, "id") == 0)
    lua_pushstring(L, sheaf_doc_id(doc));
  else if (strcmp(key, "bundle") == 0)
    lua_pushstring(L, sheaf_doc_bundle(doc));
  else if (strcmp(key, "member") == 0)
    push_bytes(L, sheaf_doc_member(doc));
  else if (strcmp(key, "media_type") == 0)
    lua_pushstring(L, sheaf_doc_media_type(doc));
  else if (strcmp(key, "language") == 0)
    lua_pushstring(L, sheaf_doc_language(doc));
  else if (strcmp(key, "metadata") == 0)
    sf_push_value(L, sf_doc_metadata(doc));
  else
    return luaL_error(L, "a document has no field '%s'", key);
  return 1;
}

static int doc_string(lua_State *L) {
  lua_pushfstring(L, "document %s", sheaf_doc_id(check_doc(L)));
  return 1;
}

void sf_open_document(lua_State *L) {
  static const luaL_Reg owner_metamethods[] = {{"__gc", collect_owner},
                                               {NULL, NULL}};
  static const luaL_Reg doc_metamethods[] = {{"__tostring", doc_string},
                                             {NULL, NULL}};
  static const luaL_Reg span_metamethods[] = {
      {"__index", span_index}, {"__tostring", span_string}, {NULL, NULL}};
  static const luaL_Reg methods[] = {
      {"spans", doc_spans},     {"span_list", doc_span_list},
      {"count", doc_count},     {"kinds", doc_kinds},
      {"add", doc_add},         {"drop", doc_drop},
      {"emit", doc_emit},       {"set_metadata", doc_set_metadata},
      {"json", doc_json},       {"set_text", doc_set_text},
      {"partial", doc_partial}, {NULL, NULL},
  };
  sf_define_type(L, SF_TYPE_OWNER, owner_metamethods, NULL);
  sf_define_type(L, SF_TYPE_SPAN, span_metamethods, NULL);
  sf_define_type(L, SF_TYPE_DOC, doc_metamethods, NULL);
  sf_push_type(L, SF_TYPE_DOC);
  luaL_newlib(L, methods);
  lua_pushcclosure(L, doc_index, 1);
  lua_setfield(L, -2, "__index");
  lua_pop(L, 1);
}
