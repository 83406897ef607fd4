#include "nesting.h"

#include <gumbo.h>
#include <string.h>
#include <strings.h>

#include "limit.h"

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

typedef struct {
  const char *name;
  size_t size;
  const char *end;  ///< Behind the tag's '>'.
  bool opens;       ///< Else it ends an element, or both.
  bool closes;
} tag;

static bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static const char *find(const char *at, const char *end, char c) {
  return memchr(at, c, (size_t)(end - at));
}

// The end of a comment that begins at `at`; one without an end takes all.
static const char *behind_comment(const char *at, const char *end) {
  const char *found = memmem(at, (size_t)(end - at), "-->", 3);
  return found ? found + 3 : end;
}

// In scripts and styles '<' means something else, up to their own end tag.
static const char *behind_text(const tag *in, const char *end) {
  const char *at = in->end;
  for (; (at = find(at, end, '<')); at++)
    if ((size_t)(end - at) > in->size + 2 && at[1] == '/' &&
        strncasecmp(at + 2, in->name, in->size) == 0)
      return at;
  return end;
}

static bool is_text(GumboTag kind) {
  return kind == GUMBO_TAG_SCRIPT || kind == GUMBO_TAG_STYLE ||
         kind == GUMBO_TAG_TEXTAREA || kind == GUMBO_TAG_TITLE ||
         kind == GUMBO_TAG_XMP;
}

// Reads the tag at `at`, a '<'; false when there is none.
static bool read_tag(const char *at, const char *end, tag *found) {
  bool ends = end - at > 1 && at[1] == '/';
  const char *name = at + 1 + ends, *to = name;
  if (name >= end || !is_letter(*name)) return false;
  while (to < end && (is_letter(*to) || (*to >= '0' && *to <= '9'))) to++;
  const char *bracket = find(to, end, '>');
  if (!bracket) bracket = end - 1;  // It takes all that is left.
  *found = (tag){.name = name,
                 .size = (size_t)(to - name),
                 .end = bracket + 1,
                 .opens = !ends,
                 .closes = ends || bracket[-1] == '/'};
  return true;
}

bool is_nested_too_deep(sheaf_bytes page) {
  const char *at = page.data, *end = at + page.size;
  size_t depth = 0;
  tag next;
  while (at < end && (at = find(at, end, '<'))) {
    if (end - at >= 4 && memcmp(at, "<!--", 4) == 0) {
      at = behind_comment(at + 4, end);
    } else if (!read_tag(at, end, &next)) {
      at++;
    } else {
      GumboTag kind = gumbo_tagn_enum(next.name, (unsigned)next.size);
      at = next.opens && is_text(kind) ? behind_text(&next, end) : next.end;
      if (ends_itself[kind]) continue;
      if (next.opens && ++depth > DEPTH_MAX) return true;
      if (next.closes && depth) depth--;
    }
  }
  return false;
}
