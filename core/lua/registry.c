/// What there is, for those who write it down: the API of Lua code, and the
/// rules of plugin.json, as tables.
#include "lua/api.h"
#include "lua/engine.h"
#include "plugin/plugin.h"

// --- The API ---------------------------------------------------------------

static void set_text(lua_State *L, const char *key, const char *text) {
  if (!text) return;
  lua_pushstring(L, text);
  lua_setfield(L, -2, key);
}

static void push_entries(lua_State *L, const sf_api_entry *entry) {
  sf_push_list(L, 16);
  for (lua_Integer i = 1; entry->name; entry++, i++) {
    lua_createtable(L, 0, 4);
    set_text(L, "name", entry->name);
    set_text(L, "parameters", entry->parameters);
    set_text(L, "gives", entry->gives);
    set_text(L, "doc", entry->doc);
    lua_rawseti(L, -2, i);
  }
}

static int list_api(lua_State *L) {
  sf_push_list(L, 16);
  lua_Integer i = 1;
  for (const sf_api_type *type = sf_api_types; type->name; type++, i++) {
    lua_createtable(L, 0, 4);
    set_text(L, "name", type->name);
    set_text(L, "variable", type->variable);
    set_text(L, "separator", type->separator);
    set_text(L, "doc", type->doc);
    push_entries(L, type->entries);
    lua_setfield(L, -2, "entries");
    lua_rawseti(L, -2, i);
  }
  return 1;
}

// --- plugin.json -----------------------------------------------------------

static void set_number(lua_State *L, const char *key, int64_t number) {
  lua_pushinteger(L, number);
  lua_setfield(L, -2, key);
}

static void set_list(lua_State *L, const char *key, const char *const *list) {
  if (!list) return;
  sf_push_list(L, 8);
  for (lua_Integer i = 0; list[i]; i++) {
    lua_pushstring(L, list[i]);
    lua_rawseti(L, -2, i + 1);
  }
  lua_setfield(L, -2, key);
}

static void push_rules(lua_State *L, const sf_rule *rules);

static void set_rules(lua_State *L, const char *key, const sf_rule *rules) {
  if (!rules) return;
  push_rules(L, rules);
  lua_setfield(L, -2, key);
}

static void push_rule(lua_State *L, const sf_rule *rule) {
  lua_createtable(L, 0, 16);
  set_text(L, "key", rule->key);
  set_text(L, "doc", rule->doc);
  if (rule->type != SHEAF_NULL)
    set_text(L, "type", sheaf_type_name(rule->type));
  lua_pushboolean(L, rule->required);
  lua_setfield(L, -2, "required");
  lua_pushboolean(L, rule->or_bool);
  lua_setfield(L, -2, "or_bool");
  set_text(L, "only", rule->only);
  set_list(L, "of", rule->of);
  set_list(L, "choices", rule->choices);
  set_text(L, "pattern", rule->pattern);
  if (rule->most) set_number(L, "least", rule->least);
  if (rule->most) set_number(L, "most", rule->most);
  if (rule->otherwise) set_number(L, "default", rule->otherwise);
  set_rules(L, "fields", rule->fields);
  set_rules(L, "each", rule->each);
}

static void push_rules(lua_State *L, const sf_rule *rules) {
  sf_push_list(L, 16);
  luaL_checkstack(L, 8, NULL);
  for (lua_Integer i = 1; rules->key; rules++, i++) {
    push_rule(L, rules);
    lua_rawseti(L, -2, i);
  }
}

static int list_rules(lua_State *L) {
  push_rules(L, sf_manifest_rules());
  return 1;
}

void sf_open_registry(lua_State *L) {
  lua_getglobal(L, "sheaf");
  lua_pushcfunction(L, list_api);
  lua_setfield(L, -2, "api");
  lua_pushcfunction(L, list_rules);
  lua_setfield(L, -2, "manifest_rules");
  lua_pop(L, 1);
}
