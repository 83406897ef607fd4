/// Texts in Lua: pieces of a document's text without a copy.
#include <string.h>

#include "lua/engine.h"
#include "text/text.h"

// --- Making and checking ---------------------------------------------------

void sf_push_text(lua_State *L, int anchor, sf_doc_handle *owner,
                  sheaf_bytes bytes, size_t from) {
  anchor = lua_absindex(L, anchor);
  sf_text *text = lua_newuserdatauv(L, sizeof *text, 1);
  *text = (sf_text){bytes.data, bytes.size, from, owner};
  sf_set_type(L, SF_TYPE_TEXT);
  lua_pushvalue(L, anchor);
  lua_setiuservalue(L, -2, 1);
}

static sf_text *to_live_text(lua_State *L, int index) {
  sf_text *text = sf_to_type(L, index, SF_TYPE_TEXT);
  if (text && text->owner && !text->owner->doc)
    luaL_error(L, "this text was used after its document's end");
  return text;
}

sf_text *sf_check_text(lua_State *L, int index) {
  sf_text *text = to_live_text(L, index);
  if (!text) luaL_typeerror(L, index, "text");
  return text;
}

bool sf_to_bytes(lua_State *L, int index, sheaf_bytes *bytes) {
  if (lua_type(L, index) == LUA_TSTRING) {
    bytes->data = lua_tolstring(L, index, &bytes->size);
    return true;
  }
  const sf_text *text = to_live_text(L, index);
  if (text) *bytes = (sheaf_bytes){text->data, text->size};
  return text != NULL;
}

sheaf_bytes sf_check_bytes(lua_State *L, int index) {
  sheaf_bytes bytes;
  if (sf_to_bytes(L, index, &bytes)) return bytes;
  if (lua_type(L, index) != LUA_TNUMBER)
    luaL_typeerror(L, index, "string or text");
  bytes.data = lua_tolstring(L, index, &bytes.size);
  return bytes;
}

void sf_push_piece(lua_State *L, int index, size_t from, size_t to) {
  const sf_text *text = to_live_text(L, index);
  sheaf_bytes bytes = sf_check_bytes(L, index);
  bytes = (sheaf_bytes){bytes.data + from, to - from};
  if (!text) {
    sf_push_text(L, index, NULL, bytes, from);
    return;
  }
  lua_getiuservalue(L, index, 1);
  sf_push_text(L, -1, text->owner, bytes, text->from + from);
  lua_remove(L, -2);
}

static int push_piece(lua_State *L, size_t from, size_t to) {
  sf_push_piece(L, 1, from, to);
  return 1;
}

// --- Pieces ----------------------------------------------------------------

static size_t check_offset(lua_State *L, int index, const sf_text *text) {
  lua_Integer offset = luaL_checkinteger(L, index);
  lua_Integer from = (lua_Integer)text->from;
  if (offset < from || offset > from + (lua_Integer)text->size)
    luaL_argerror(L, index,
                  lua_pushfstring(L, "offset %I is outside of [%I, %I]",
                                  (LUAI_UACINT)offset, (LUAI_UACINT)from,
                                  (LUAI_UACINT)from + (LUAI_UACINT)text->size));
  return (size_t)(offset - from);
}

static int text_slice(lua_State *L) {
  const sf_text *text = sf_check_text(L, 1);
  size_t from = check_offset(L, 2, text), to = check_offset(L, 3, text);
  luaL_argcheck(L, from <= to, 3, "the end is before the beginning");
  return push_piece(L, from, to);
}

// Lua's way of counting: from 1, from the end when negative, and clipped.
static int text_sub(lua_State *L) {
  const sf_text *text = sf_check_text(L, 1);
  lua_Integer size = (lua_Integer)text->size;
  lua_Integer i = luaL_checkinteger(L, 2), j = luaL_optinteger(L, 3, -1);
  if (i < 0) i = i < -size ? 1 : size + i + 1;
  if (i == 0) i = 1;
  if (j < 0) j = j < -size ? 0 : size + j + 1;
  if (j > size) j = size;
  if (i > j) return push_piece(L, 0, 0);
  return push_piece(L, (size_t)i - 1, (size_t)j);
}

static int text_trim(lua_State *L) {
  const sf_text *text = sf_check_text(L, 1);
  sf_range range = sf_text_trim((sheaf_bytes){text->data, text->size},
                                (sf_range){0, text->size});
  return push_piece(L, range.from, range.to);
}

static int text_byte(lua_State *L) {
  const sf_text *text = sf_check_text(L, 1);
  lua_Integer i = luaL_optinteger(L, 2, 1), size = (lua_Integer)text->size;
  if (i < 0) i += size + 1;
  if (i < 1 || i > size) return 0;
  lua_pushinteger(L, (unsigned char)text->data[i - 1]);
  return 1;
}

// --- Comparing -------------------------------------------------------------

static bool same(const char *a, const char *b, size_t size) {
  return size == 0 || memcmp(a, b, size) == 0;
}

static int text_equals(lua_State *L) {
  const sf_text *text = sf_check_text(L, 1);
  sheaf_bytes other = sf_check_bytes(L, 2);
  lua_pushboolean(
      L, text->size == other.size && same(text->data, other.data, other.size));
  return 1;
}

// Of `==`: what is no text is another thing, not an error.
static int text_is_same(lua_State *L) {
  sheaf_bytes a, b;
  lua_pushboolean(L, sf_to_bytes(L, 1, &a) && sf_to_bytes(L, 2, &b) &&
                         a.size == b.size && same(a.data, b.data, a.size));
  return 1;
}

static int text_starts_with(lua_State *L) {
  const sf_text *text = sf_check_text(L, 1);
  sheaf_bytes start = sf_check_bytes(L, 2);
  lua_pushboolean(
      L, text->size >= start.size && same(text->data, start.data, start.size));
  return 1;
}

static int text_ends_with(lua_State *L) {
  const sf_text *text = sf_check_text(L, 1);
  sheaf_bytes end = sf_check_bytes(L, 2);
  lua_pushboolean(
      L, text->size >= end.size &&
             same(text->data + text->size - end.size, end.data, end.size));
  return 1;
}

// --- Strings ---------------------------------------------------------------

static int text_string(lua_State *L) {
  const sf_text *text = sf_check_text(L, 1);
  lua_pushlstring(L, text->data, text->size);
  return 1;
}

static int text_length(lua_State *L) {
  lua_pushinteger(L, (lua_Integer)sf_check_text(L, 1)->size);
  return 1;
}

static int text_concat(lua_State *L) {
  luaL_Buffer out;
  sheaf_bytes left = sf_check_bytes(L, 1), right = sf_check_bytes(L, 2);
  luaL_buffinit(L, &out);
  luaL_addlstring(&out, left.data, left.size);
  luaL_addlstring(&out, right.data, right.size);
  luaL_pushresult(&out);
  return 1;
}

static int change_case(lua_State *L,
                       void (*change)(sf_buffer *out, sheaf_bytes text)) {
  const sf_text *text = sf_check_text(L, 1);
  change(sf_scratch(L), (sheaf_bytes){text->data, text->size});
  return sf_push_scratch(L);
}

static int text_lower(lua_State *L) {
  return change_case(L, sf_text_lower);
}

static int text_upper(lua_State *L) {
  return change_case(L, sf_text_upper);
}

// --- Segments --------------------------------------------------------------

// The iterators are closures over the text, the offset that comes next, and
// for sentences the language.
static int push_offsets(lua_State *L, const sf_text *text, size_t at,
                        sf_range range) {
  lua_pushinteger(L, (lua_Integer)at);
  lua_replace(L, lua_upvalueindex(2));
  lua_pushinteger(L, (lua_Integer)(text->from + range.from));
  lua_pushinteger(L, (lua_Integer)(text->from + range.to));
  return 2;
}

static int push_iterator(lua_State *L, lua_CFunction next) {
  sf_check_text(L, 1);
  lua_settop(L, 1);
  lua_pushinteger(L, 0);
  lua_pushcclosure(L, next, 2);
  return 1;
}

typedef bool (*segmenter)(sheaf_bytes text, size_t *at, sf_range *range);

static int next_segment(lua_State *L, segmenter segment) {
  const sf_text *text = sf_check_text(L, lua_upvalueindex(1));
  size_t at = (size_t)lua_tointeger(L, lua_upvalueindex(2));
  sf_range range;
  if (!segment((sheaf_bytes){text->data, text->size}, &at, &range)) return 0;
  return push_offsets(L, text, at, range);
}

static int next_line(lua_State *L) {
  return next_segment(L, sf_text_line);
}

static int next_word(lua_State *L) {
  return next_segment(L, sf_text_word);
}

static int next_sentence(lua_State *L) {
  const sf_text *text = sf_check_text(L, lua_upvalueindex(1));
  size_t at = (size_t)lua_tointeger(L, lua_upvalueindex(2));
  const char *language = lua_tostring(L, lua_upvalueindex(3));
  sf_range range;
  if (!sf_text_sentence((sheaf_bytes){text->data, text->size}, language, &at,
                        &range))
    return 0;
  return push_offsets(L, text, at, range);
}

static int text_lines(lua_State *L) {
  return push_iterator(L, next_line);
}

static int text_words(lua_State *L) {
  return push_iterator(L, next_word);
}

const char *sf_text_language_of(const sf_text *text) {
  return text->owner ? sheaf_doc_language(text->owner->doc) : "und";
}

static int text_sentences(lua_State *L) {
  const sf_text *text = sf_check_text(L, 1);
  const char *language = luaL_optstring(L, 2, sf_text_language_of(text));
  lua_settop(L, 1);
  lua_pushinteger(L, 0);
  lua_pushstring(L, language);
  lua_pushcclosure(L, next_sentence, 3);
  return 1;
}

// How a text is wrapped shows only in the whole of it: the state of this
// iterator looks at it once.
static int next_paragraph(lua_State *L) {
  const sf_text *text = sf_check_text(L, lua_upvalueindex(1));
  sf_paragraphs *paragraphs = lua_touserdata(L, lua_upvalueindex(2));
  sf_range range;
  if (!sf_paragraphs_next(paragraphs, &range)) return 0;
  lua_pushinteger(L, (lua_Integer)(text->from + range.from));
  lua_pushinteger(L, (lua_Integer)(text->from + range.to));
  return 2;
}

static int text_paragraphs(lua_State *L) {
  const sf_text *text = sf_check_text(L, 1);
  lua_settop(L, 1);
  sf_paragraphs *paragraphs = lua_newuserdatauv(L, sizeof *paragraphs, 0);
  sf_paragraphs_init(paragraphs, (sheaf_bytes){text->data, text->size});
  lua_pushcclosure(L, next_paragraph, 2);
  return 1;
}

// --- The type --------------------------------------------------------------

static int text_index(lua_State *L) {
  const sf_text *text = sf_check_text(L, 1);
  lua_pushvalue(L, 2);
  if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL) return 1;
  const char *key = lua_tostring(L, 2);
  if (key && strcmp(key, "from") == 0)
    lua_pushinteger(L, (lua_Integer)text->from);
  else if (key && strcmp(key, "to") == 0)
    lua_pushinteger(L, (lua_Integer)(text->from + text->size));
  else
    return luaL_error(L, "a text has no field '%s'", luaL_tolstring(L, 2, 0));
  return 1;
}

void sf_open_text(lua_State *L) {
  static const luaL_Reg metamethods[] = {
      {"__len", text_length},
      {"__tostring", text_string},
      {"__concat", text_concat},
      {"__eq", text_is_same},
      {NULL, NULL},
  };
  static const luaL_Reg methods[] = {
      {"slice", text_slice},
      {"sub", text_sub},
      {"trim", text_trim},
      {"byte", text_byte},
      {"equals", text_equals},
      {"starts_with", text_starts_with},
      {"ends_with", text_ends_with},
      {"lower", text_lower},
      {"upper", text_upper},
      {"lines", text_lines},
      {"paragraphs", text_paragraphs},
      {"sentences", text_sentences},
      {"words", text_words},
      {NULL, NULL},
  };
  sf_define_type(L, SF_TYPE_TEXT, metamethods, NULL);
  sf_push_type(L, SF_TYPE_TEXT);
  lua_newtable(L);
  luaL_setfuncs(L, methods, 0);
  luaL_setfuncs(L, sf_match_methods, 0);
  luaL_setfuncs(L, sf_list_methods, 0);
  lua_pushcclosure(L, text_index, 1);
  lua_setfield(L, -2, "__index");
  lua_pop(L, 1);
}
