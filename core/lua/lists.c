/// Lists of what is found in a text, made in one go: for loops that would run
/// over every line or every match.
#include <string.h>

#include "lua/engine.h"
#include "text/text.h"

// --- split -----------------------------------------------------------------

// How text:split() makes its pieces.
typedef struct {
  bool trimmed;  // Cut `white` off their ends.
  bool without_empty;
  sf_byte_set white;
} piece_style;

static void read_style(lua_State *L, int index, piece_style *style) {
  static const char *const names[] = {"trim", "empty", NULL};
  sheaf_error error;
  *style = (piece_style){.trimmed = false};
  if (!sf_check_options(L, index, names)) return;
  if (lua_getfield(L, index, "trim") != LUA_TNIL) {
    style->trimmed = true;
    if (sf_byte_set_read(&style->white, sf_check_bytes(L, -1), &error))
      sf_raise(L, &error);
  }
  lua_getfield(L, index, "empty");
  style->without_empty = lua_isboolean(L, -1) && !lua_toboolean(L, -1);
  lua_pop(L, 2);
}

static void trim(sheaf_bytes *piece, const sf_byte_set *white) {
  while (piece->size > 0 && sf_set_has(white, piece->data[piece->size - 1]))
    piece->size--;
  while (piece->size > 0 && sf_set_has(white, piece->data[0])) {
    piece->data++;
    piece->size--;
  }
}

// Appends the piece [from, to) to the list below the top of the stack, and
// where it begins to the one on top.
static void add_piece(lua_State *L, const sf_text *text, sf_range range,
                      const piece_style *style, lua_Integer *count) {
  sheaf_bytes piece = {text->data + range.from, range.to - range.from};
  if (style->trimmed) trim(&piece, &style->white);
  if (piece.size == 0 && style->without_empty) return;
  lua_pushlstring(L, piece.data, piece.size);
  lua_rawseti(L, -3, ++*count);
  lua_pushinteger(L, (lua_Integer)text->from + (piece.data - text->data));
  lua_rawseti(L, -2, *count);
}

// text:split(pattern [, options]) gives a list of strings and one of offsets.
static int text_split(lua_State *L) {
  const sf_text *text = sf_check_text(L, 1);
  sheaf_bytes bytes = {text->data, text->size};
  size_t from = 0;
  lua_Integer count = 0, last = -1;
  piece_style style;
  sf_match match;
  sf_unanchor(L, 2);
  read_style(L, 3, &style);
  sf_needle needle = sf_check_needle(L, 2);
  sf_push_list(L, 0);
  sf_push_list(L, 0);
  while (sf_next_match(L, &needle, bytes, &last, &match)) {
    sf_range gap = sf_chosen(&match);
    add_piece(L, text, (sf_range){from, gap.from}, &style, &count);
    from = gap.to;
    sf_engine_check(L);
  }
  add_piece(L, text, (sf_range){from, bytes.size}, &style, &count);
  return 2;
}

// --- unique ----------------------------------------------------------------

static int release_bag(lua_State *L) {
  sf_bag_clear(sf_check_type(L, 1, SF_TYPE_BAG));
  return 0;
}

static sf_bag *push_bag(lua_State *L) {
  sf_bag *bag = lua_newuserdatauv(L, sizeof *bag, 0);
  sf_bag_init(bag, sf_lua_memory(L));
  sf_set_type(L, SF_TYPE_BAG);
  return bag;
}

static void gather(lua_State *L, const sf_needle *needle, sheaf_bytes text,
                   sf_bag *bag) {
  sf_match match;
  size_t number;
  lua_Integer last = -1;
  while (sf_next_match(L, needle, text, &last, &match)) {
    sf_range range = sf_chosen(&match);
    sf_bag_key key = sf_bag_key_of(
        (sheaf_bytes){text.data + range.from, range.to - range.from},
        text.size - range.from);
    sf_lua_check(L, sf_bag_add(bag, &key, &number));
    sf_engine_check(L);
  }
}

// text:unique(pattern) gives a list of the different matches in the order in
// which they first appear.
static int text_unique(lua_State *L) {
  const sf_text *text = sf_check_text(L, 1);
  sf_unanchor(L, 2);
  sf_needle needle = sf_check_needle(L, 2);
  sf_bag *bag = push_bag(L);
  gather(L, &needle, (sheaf_bytes){text->data, text->size}, bag);
  sf_push_list(L, bag->count);
  for (size_t i = 0; i < bag->count; i++) {
    sheaf_bytes string = sf_bag_string(bag, &bag->items[i]);
    lua_pushlstring(L, string.data, string.size);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  sf_bag_clear(bag);
  return 1;
}

const luaL_Reg sf_list_methods[] = {
    {"split", text_split},
    {"unique", text_unique},
    {NULL, NULL},
};

void sf_open_lists(lua_State *L) {
  static const luaL_Reg metamethods[] = {{"__gc", release_bag}, {NULL, NULL}};
  sf_define_type(L, SF_TYPE_BAG, metamethods, NULL);
}
