#include "depth.h"

#include <gumbo.h>
#include <stddef.h>
#include <string.h>

/// Elements that have no end tag, or that may leave it out (WHATWG HTML,
/// "Optional tags").
static const bool ends_itself[GUMBO_TAG_LAST + 1] = {
    [GUMBO_TAG_AREA] = true,     [GUMBO_TAG_BASE] = true,
    [GUMBO_TAG_BODY] = true,     [GUMBO_TAG_BR] = true,
    [GUMBO_TAG_CAPTION] = true,  [GUMBO_TAG_COL] = true,
    [GUMBO_TAG_COLGROUP] = true, [GUMBO_TAG_DD] = true,
    [GUMBO_TAG_DT] = true,       [GUMBO_TAG_EMBED] = true,
    [GUMBO_TAG_HEAD] = true,     [GUMBO_TAG_HR] = true,
    [GUMBO_TAG_HTML] = true,     [GUMBO_TAG_IMG] = true,
    [GUMBO_TAG_INPUT] = true,    [GUMBO_TAG_LI] = true,
    [GUMBO_TAG_LINK] = true,     [GUMBO_TAG_META] = true,
    [GUMBO_TAG_OPTGROUP] = true, [GUMBO_TAG_OPTION] = true,
    [GUMBO_TAG_P] = true,        [GUMBO_TAG_PARAM] = true,
    [GUMBO_TAG_RP] = true,       [GUMBO_TAG_RT] = true,
    [GUMBO_TAG_SOURCE] = true,   [GUMBO_TAG_TBODY] = true,
    [GUMBO_TAG_TD] = true,       [GUMBO_TAG_TFOOT] = true,
    [GUMBO_TAG_TH] = true,       [GUMBO_TAG_THEAD] = true,
    [GUMBO_TAG_TR] = true,       [GUMBO_TAG_TRACK] = true,
    [GUMBO_TAG_WBR] = true,
};

static bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// What the tag at `at`, behind its '<', adds to the open elements.
static int weigh(const char *at, const char *end) {
  bool closes = *at == '/';
  const char *name = at + closes, *to = name;
  for (; to < end && (is_letter(*to) || (*to >= '0' && *to <= '9')); to++) {
  }
  GumboTag tag = gumbo_tagn_enum(name, (unsigned)(to - name));
  if (name == to || !is_letter(*name) || ends_itself[tag]) return 0;
  if (closes) return -1;
  const char *bracket = memchr(to, '>', (size_t)(end - to));
  return !bracket || bracket[-1] == '/' ? 0 : 1;
}

bool is_too_deep(sheaf_bytes page) {
  const char *at = page.data, *end = at + page.size;
  size_t depth = 0;
  while ((at = memchr(at, '<', (size_t)(end - at))) && ++at < end) {
    int weight = weigh(at, end);
    if (weight > 0 && ++depth > DEPTH_MAX) return true;
    if (weight < 0 && depth) depth--;
  }
  return false;
}
