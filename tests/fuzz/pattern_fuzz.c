/// Lua patterns: the same results as Lua's own matcher. The first byte is the
/// size of the pattern, the second where to start; the text comes last.
#include <stdlib.h>

#include "../unit/lua_patterns.h"

/// Keeps patterns out that backtrack for ever.
static int give_up(void *context) {
  (void)context;
  return SHEAF_ETIMEOUT;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static lua_State *L;  // one for all inputs: making one takes long
  sheaf_bytes pattern;
  sheaf_bytes text;
  sf_match match;

  if (!L) {
    L = luaL_newstate();
    luaL_openlibs(L);
  }
  if (size < 2 || data[0] > size - 2) return 0;
  pattern = (sheaf_bytes){(const char *)data + 2, data[0]};
  text = (sheaf_bytes){pattern.data + pattern.size, size - 2 - pattern.size};
  if (sf_pattern_find(text, data[1], pattern, give_up, NULL, &match, NULL) ==
      SHEAF_ETIMEOUT)
    return 0;
  if (!agrees_with_lua(L, text, pattern, data[1])) abort();
  return 0;
}
