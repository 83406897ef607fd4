#include "tag.h"

#include <string.h>
#include <strings.h>

static bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool tag_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool ends_name(char c) {
  return tag_space(c) || c == '/' || c == '>';
}

static const char *find(const char *at, const char *end, char c) {
  return at < end ? memchr(at, c, (size_t)(end - at)) : NULL;
}

// --- What is neither tag nor text ------------------------------------------

static bool is_comment(const char *at, const char *end) {
  return end - at >= 4 && memcmp(at, "<!--", 4) == 0;
}

// Behind the comment at `at`; one without an end takes all.
static const char *behind_comment(const char *at, const char *end) {
  const char *sign = at + 4;
  for (; (sign = find(sign, end, '>')); sign++) {
    // "<!-->" is one already.
    bool ends = memcmp(sign - 2, "--", 2) == 0;
    bool odd = sign - at >= 7 && memcmp(sign - 3, "--!", 3) == 0;
    if (ends || odd) return sign + 1;
  }
  return end;
}

// Behind a doctype, an instruction, or an end tag without a name.
static const char *behind_remark(const char *at, const char *end) {
  const char *sign = find(at, end, '>');
  return sign ? sign + 1 : end;
}

// --- Tags ------------------------------------------------------------------

// Behind the value of an attribute, which may be quoted.
static const char *behind_value(const char *at, const char *end) {
  while (at < end && tag_space(*at)) at++;
  if (at < end && (*at == '"' || *at == '\'')) {
    const char *quote = find(at + 1, end, *at);
    return quote ? quote + 1 : end;
  }
  while (at < end && !tag_space(*at) && *at != '>') at++;
  return at;
}

// Behind the name of an attribute, and its value where it has one.
static const char *behind_attribute(const char *at, const char *end) {
  at++;  // Which may be '='.
  while (at < end && !ends_name(*at) && *at != '=') at++;
  const char *sign = at;
  while (sign < end && tag_space(*sign)) sign++;
  return sign < end && *sign == '=' ? behind_value(sign + 1, end) : at;
}

static void read_attributes(tag *of, const char *at, const char *end) {
  while (at < end && *at != '>') {
    of->empty = *at == '/';
    if (of->empty || tag_space(*at)) {
      at++;
    } else {
      of->attributes++;
      at = behind_attribute(at, end);
    }
  }
  of->end = at < end ? at + 1 : end;
}

static bool has_no_tags(const tag *of) {
  GumboTag kind = of->kind;
  return !of->ends && (kind == GUMBO_TAG_SCRIPT || kind == GUMBO_TAG_STYLE ||
                       kind == GUMBO_TAG_TEXTAREA || kind == GUMBO_TAG_TITLE ||
                       kind == GUMBO_TAG_XMP || kind == GUMBO_TAG_IFRAME ||
                       kind == GUMBO_TAG_NOEMBED || kind == GUMBO_TAG_NOFRAMES);
}

// There '<' means something else, up to the element's own end tag.
static void pass_inside(tag *of, const char *end) {
  const char *from = of->end, *at = from;
  size_t size = of->name.size;
  for (; (at = find(at, end, '<')); at++)
    if ((size_t)(end - at) > size + 2 && at[1] == '/' &&
        strncasecmp(at + 2, of->name.data, size) == 0 &&
        ends_name(at[2 + size]))
      break;
  of->end = at ? at : end;
  of->inside = (sheaf_bytes){from, (size_t)(of->end - from)};
}

static void read_tag(tag *of, const char *name, const char *end) {
  const char *to = name;
  while (to < end && !ends_name(*to)) to++;
  of->name = (sheaf_bytes){name, (size_t)(to - name)};
  of->kind = gumbo_tagn_enum(name, (unsigned)of->name.size);
  read_attributes(of, to, end);
  if (has_no_tags(of)) pass_inside(of, end);
}

// Reads what begins at `at`, a '<'; false when that is text.
static bool read_at(tag *of, const char *at, const char *end) {
  bool ends = end - at > 1 && at[1] == '/';
  const char *name = at + 1 + ends;
  *of = (tag){.from = at, .kind = GUMBO_TAG_LAST, .ends = ends};
  if (name == end) return false;
  if (is_letter(*name))
    read_tag(of, name, end);
  else if (is_comment(at, end))
    of->end = behind_comment(at, end);
  else if (ends || *name == '!' || *name == '?')
    of->end = behind_remark(name, end);
  else
    return false;
  return true;
}

bool tag_next(tag *at, sheaf_bytes page) {
  const char *end = page.data + page.size, *next = at->end;
  tag found;
  for (; (next = find(next, end, '<')); next++)
    if (read_at(&found, next, end)) {
      *at = found;
      return true;
    }
  return false;
}
