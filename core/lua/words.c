/// Counting words in Lua: which are frequent, and which sentences have most of
/// them.
#include "lua/engine.h"
#include "text/text.h"

// --- Making ----------------------------------------------------------------

static sf_word_counter *check_counter(lua_State *L) {
  return *(sf_word_counter **)sf_check_type(L, 1, SF_TYPE_COUNTER);
}

static int release_counter(lua_State *L) {
  sf_word_counter **slot = sf_check_type(L, 1, SF_TYPE_COUNTER);
  sf_counter_free(*slot);
  *slot = NULL;
  return 0;
}

static size_t count_option(lua_State *L, int options, const char *name,
                           size_t otherwise) {
  if (lua_getfield(L, options, name) == LUA_TNIL) {
    lua_pop(L, 1);
    return otherwise;
  }
  int is_integer;
  lua_Integer number = lua_tointegerx(L, -1, &is_integer);
  if (!is_integer || number < 0)
    luaL_error(L, "'%s' is a number of 0 or more", name);
  lua_pop(L, 1);
  return (size_t)number;
}

static void push_counter(lua_State *L, const sf_byte_set *letters,
                         size_t shortest) {
  sf_word_counter **slot = lua_newuserdatauv(L, sizeof *slot, 1);
  *slot = NULL;
  sf_set_type(L, SF_TYPE_COUNTER);
  *slot = sf_counter_new(letters, shortest, sf_lua_memory(L));
  if (!*slot) sf_lua_check(L, SHEAF_ENOMEM);
}

// The stop words on top of the stack: a list, or a language that has one.
static void add_stop_words(lua_State *L, sf_word_counter *counter) {
  if (lua_type(L, -1) == LUA_TSTRING) {
    const char *language = lua_tostring(L, -1);
    sf_lua_check(L, sf_counter_stop_language(counter, language));
  } else if (!lua_isnil(L, -1)) {
    if (!lua_istable(L, -1)) luaL_error(L, "'stop' is a list or a language");
    for (lua_Integer i = 1; lua_rawgeti(L, -1, i) != LUA_TNIL; i++) {
      sf_lua_check(L, sf_counter_stop(counter, sf_check_bytes(L, -1)));
      lua_pop(L, 1);
    }
    lua_pop(L, 1);
  }
}

int sf_lua_word_counter(lua_State *L) {
  static const char *const names[] = {"letters", "min", "stop", NULL};
  sf_byte_set letters;
  bool has_letters = false;
  sheaf_error error;
  lua_settop(L, 1);
  if (!sf_check_options(L, 1, names)) {
    push_counter(L, NULL, 1);
    return 1;
  }
  if (lua_getfield(L, 1, "letters") != LUA_TNIL) {
    has_letters = true;
    if (sf_byte_set_read(&letters, sf_check_bytes(L, -1), &error))
      sf_raise(L, &error);
  }
  push_counter(L, has_letters ? &letters : NULL, count_option(L, 1, "min", 1));
  sf_word_counter *counter = *(sf_word_counter **)lua_touserdata(L, -1);
  lua_getfield(L, 1, "stop");
  add_stop_words(L, counter);
  lua_pop(L, 1);
  return 1;
}

// --- Counting --------------------------------------------------------------

// Notes the value on top of the stack as the text that was counted alone.
static void note_counted(lua_State *L) {
  lua_setiuservalue(L, 1, 1);
}

// counter:add(text) gives the number of all words in the text.
static int counter_add(lua_State *L) {
  sf_word_counter *counter = check_counter(L);
  sheaf_bytes text = sf_check_bytes(L, 2);
  size_t words = 0;
  lua_pushnil(L);
  note_counted(L);
  sf_lua_check(L, sf_counter_add(counter, text, &words, sf_engine_interrupt,
                                 sf_engine_of(L)));
  lua_pushinteger(L, (lua_Integer)words);
  return 1;
}

// counter:count(text) forgets what was counted before.
static int counter_count(lua_State *L) {
  sf_counter_reset(check_counter(L));
  counter_add(L);
  lua_pushvalue(L, 2);
  note_counted(L);
  return 1;
}

static int counter_length(lua_State *L) {
  lua_pushinteger(L, (lua_Integer)sf_counter_distinct(check_counter(L)));
  return 1;
}

static int counter_frequency(lua_State *L) {
  sf_word_counter *counter = check_counter(L);
  uint64_t count = sf_counter_frequency(counter, sf_check_bytes(L, 2));
  lua_pushinteger(L, (lua_Integer)count);
  return 1;
}

static void push_word(lua_State *L, const sf_word_counter *counter,
                      const sf_bag_item *item) {
  sheaf_bytes word = sf_counter_word(counter, item);
  sf_push_list(L, 2);
  lua_pushlstring(L, word.data, word.size);
  lua_rawseti(L, -2, 1);
  lua_pushinteger(L, (lua_Integer)item->count);
  lua_rawseti(L, -2, 2);
}

// counter:top([n]) gives a list of { word, count }.
static int counter_top(lua_State *L) {
  const sf_word_counter *counter = check_counter(L);
  size_t distinct = sf_counter_distinct(counter);
  lua_Integer most = luaL_optinteger(L, 2, (lua_Integer)distinct);
  luaL_argcheck(L, most >= 0, 2, "a number of 0 or more is due");
  if (most > (lua_Integer)distinct) most = (lua_Integer)distinct;
  const sf_bag_item **words = lua_newuserdatauv(L, distinct * sizeof *words, 0);
  sf_counter_top(counter, words, (size_t)most);
  sf_push_list(L, (size_t)most);
  for (lua_Integer i = 0; i < most; i++) {
    push_word(L, counter, words[i]);
    lua_rawseti(L, -2, i + 1);
  }
  return 1;
}

// --- Scores ----------------------------------------------------------------

static sf_word_score score_text(lua_State *L, sf_word_counter *counter,
                                sheaf_bytes text) {
  sf_word_score score;
  sf_lua_check(L, sf_counter_score(counter, text, &score, sf_engine_interrupt,
                                   sf_engine_of(L)));
  return score;
}

static double mean(sf_word_score score, size_t min) {
  if (score.words < min || score.words == 0) return 0;
  return (double)score.sum / (double)score.words;
}

// counter:score(text) gives the mean frequency of the text's words, and how
// many they are.
static int counter_score(lua_State *L) {
  sf_word_counter *counter = check_counter(L);
  sf_word_score score = score_text(L, counter, sf_check_bytes(L, 2));
  lua_pushnumber(L, mean(score, 1));
  lua_pushinteger(L, (lua_Integer)score.words);
  return 2;
}

// --- The best sentences ----------------------------------------------------

// A sentence; offsets are those of the text.
typedef struct {
  double score;
  sf_range range;
} sentence;

// How counter:best() works. The stack holds the counter, the text, the
// options, the list of ranges, and where to cut.
typedef struct {
  sf_word_counter *counter;
  sheaf_bytes text;
  size_t from;   // Of the text in the document.
  bool counted;  // The text is the one that was counted.
  size_t count;
  size_t min;
  const char *language;  // NULL where a pattern says where to cut.
  sf_needle needle;
  sf_buffer *found;
} search;

enum { TEXT = 2, OPTIONS, WITHIN, CUT };

static bool was_counted(lua_State *L) {
  lua_getiuservalue(L, 1, 1);
  bool same = lua_rawequal(L, -1, TEXT);
  lua_pop(L, 1);
  return same;
}

static void read_options(lua_State *L, search *s) {
  static const char *const names[] = {"count", "min", "cut", "within", NULL};
  if (!sf_check_options(L, OPTIONS, names)) return;
  s->count = count_option(L, OPTIONS, "count", s->count);
  s->min = count_option(L, OPTIONS, "min", s->min);
  if (lua_getfield(L, OPTIONS, "within") != LUA_TNIL && !lua_istable(L, -1))
    luaL_error(L, "'within' is a list of offsets");
  lua_getfield(L, OPTIONS, "cut");
}

static void begin_search(lua_State *L, search *s) {
  const sf_text *text = sf_check_text(L, TEXT);
  *s = (search){.counter = check_counter(L),
                .text = {text->data, text->size},
                .from = text->from,
                .counted = was_counted(L),
                .count = 3,
                .min = 1};
  lua_settop(L, OPTIONS);
  read_options(L, s);
  lua_settop(L, CUT);
  if (lua_isnil(L, CUT)) {
    s->language = sf_text_language_of(text);
  } else {
    sf_unanchor(L, CUT);
    s->needle = sf_check_needle(L, CUT);
  }
  s->found = sf_scratch(L);
}

static void add_sentence(lua_State *L, search *s, sf_range range) {
  sheaf_bytes text = {s->text.data + range.from, range.to - range.from};
  sf_word_score score;
  if (!s->counted || !sf_counter_score_range(s->counter, range, &score))
    score = score_text(L, s->counter, text);
  sentence found = {mean(score, s->min), range};
  sf_buffer_append(s->found, (const char *)&found, sizeof found);
  sf_check_scratch(L);
  sf_engine_check(L);
}

static void add_sentences(lua_State *L, search *s, sf_range unit) {
  sheaf_bytes text = {s->text.data + unit.from, unit.to - unit.from};
  sf_range range;
  for (size_t at = 0; sf_text_sentence(text, s->language, &at, &range);)
    add_sentence(L, s,
                 (sf_range){unit.from + range.from, unit.from + range.to});
}

// The pieces between the matches of a pattern.
static void add_cut(lua_State *L, search *s, sf_range unit) {
  sheaf_bytes text = {s->text.data + unit.from, unit.to - unit.from};
  size_t from = unit.from;
  lua_Integer last = -1;
  sf_match match;
  while (sf_next_match(L, &s->needle, text, &last, &match)) {
    sf_range gap = sf_chosen(&match);
    add_sentence(L, s, (sf_range){from, unit.from + gap.from});
    from = unit.from + gap.to;
  }
  add_sentence(L, s, (sf_range){from, unit.to});
}

static void add_unit(lua_State *L, search *s, sf_range unit) {
  if (s->language)
    add_sentences(L, s, unit);
  else
    add_cut(L, s, unit);
}

// The offset with number `i` in the list of ranges, within the text.
static size_t read_offset(lua_State *L, const search *s, lua_Integer i) {
  int is_integer;
  lua_rawgeti(L, WITHIN, i);
  lua_Integer offset = lua_tointegerx(L, -1, &is_integer);
  lua_Integer from = (lua_Integer)s->from;
  lua_pop(L, 1);
  if (!is_integer || offset < from || offset > from + (lua_Integer)s->text.size)
    luaL_error(L, "'within' has no offset of the text at index %I",
               (LUAI_UACINT)i);
  return (size_t)(offset - from);
}

static void add_units(lua_State *L, search *s) {
  if (lua_isnil(L, WITHIN)) {
    add_unit(L, s, (sf_range){0, s->text.size});
    return;
  }
  lua_Integer count = (lua_Integer)lua_rawlen(L, WITHIN);
  for (lua_Integer i = 1; i <= count; i += 2) {
    sf_range unit = {read_offset(L, s, i), read_offset(L, s, i + 1)};
    if (unit.from > unit.to)
      luaL_error(L, "'within' has a range that ends before it begins");
    add_unit(L, s, unit);
  }
}

static int compare_places(const void *left, const void *right,
                          const void *context) {
  (void)context;
  const sentence *a = left, *b = right;
  if (a->range.from != b->range.from)
    return a->range.from < b->range.from ? -1 : 1;
  return (a > b) - (a < b);
}

static int compare_scores(const void *left, const void *right,
                          const void *context) {
  const sentence *a = left, *b = right;
  if (a->score != b->score) return a->score > b->score ? -1 : 1;
  return compare_places(left, right, context);
}

// Pushes pointers to the best sentences in the order of the texts.
static const void **choose(lua_State *L, search *s) {
  const sentence *sentences = (const sentence *)(const void *)s->found->data;
  size_t count = s->found->size / sizeof *sentences;
  const void **chosen = lua_newuserdatauv(L, count * sizeof *chosen, 0);
  for (size_t i = 0; i < count; i++) chosen[i] = &sentences[i];
  if (s->count > count) s->count = count;
  sf_sort_first(chosen, count, s->count, compare_scores, NULL);
  sf_sort_first(chosen, s->count, s->count, compare_places, NULL);
  return chosen;
}

// counter:best(text [, options]) gives a list of texts and one of scores.
static int counter_best(lua_State *L) {
  search s;
  begin_search(L, &s);
  add_units(L, &s);
  const void **chosen = choose(L, &s);
  sf_push_list(L, s.count);
  sf_push_list(L, s.count);
  for (size_t i = 0; i < s.count; i++) {
    const sentence *best = chosen[i];
    sf_push_piece(L, TEXT, best->range.from, best->range.to);
    lua_rawseti(L, -3, (lua_Integer)i + 1);
    lua_pushnumber(L, best->score);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  return 2;
}

void sf_open_words(lua_State *L) {
  static const luaL_Reg metamethods[] = {
      {"__gc", release_counter}, {"__len", counter_length}, {NULL, NULL}};
  static const luaL_Reg methods[] = {{"count", counter_count},
                                     {"add", counter_add},
                                     {"frequency", counter_frequency},
                                     {"top", counter_top},
                                     {"score", counter_score},
                                     {"best", counter_best},
                                     {NULL, NULL}};
  sf_define_type(L, SF_TYPE_COUNTER, metamethods, methods);
}
