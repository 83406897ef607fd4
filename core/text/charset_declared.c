/// What documents say of their own charset: a parameter of the media type,
/// `<meta>` in HTML, the declaration of XML.
#include <string.h>
#include <strings.h>

#include "text/charset.h"

#define PRESCAN ((size_t)16 << 10)  // Bytes of the beginning.

static bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static void skip(sheaf_bytes *text, size_t size) {
  text->data += size;
  text->size -= size;
}

static void skip_space(sheaf_bytes *text) {
  while (text->size && is_space(*text->data)) skip(text, 1);
}

static bool starts(sheaf_bytes text, const char *with) {
  size_t size = strlen(with);
  return text.size >= size && strncasecmp(text.data, with, size) == 0;
}

static sheaf_bytes none(void) {
  return (sheaf_bytes){"", 0};
}

// --- `charset=` within a text ----------------------------------------------

static sheaf_bytes take_value(sheaf_bytes text) {
  char quote = text.size ? *text.data : '\0';
  if (quote == '"' || quote == '\'') {
    skip(&text, 1);
    const char *end = memchr(text.data, quote, text.size);
    if (!end) return none();
    text.size = (size_t)(end - text.data);
    return text;
  }
  size_t size = 0;
  while (size < text.size && !is_space(text.data[size]) &&
         text.data[size] != ';' && text.data[size] != '"' &&
         text.data[size] != '\'')
    size++;
  text.size = size;
  return text;
}

// WHATWG HTML, "extracting a character encoding from a meta element".
static sheaf_bytes find_parameter(sheaf_bytes text) {
  while (text.size) {
    if (!starts(text, "charset")) {
      skip(&text, 1);
      continue;
    }
    skip(&text, 7);
    skip_space(&text);
    if (!text.size || *text.data != '=') continue;
    skip(&text, 1);
    skip_space(&text);
    return take_value(text);
  }
  return none();
}

sheaf_bytes sf_charset_of_type(sheaf_bytes media_type) {
  return find_parameter(media_type);
}

// --- HTML ------------------------------------------------------------------

typedef struct {
  sheaf_bytes name, value;
} attribute;

static bool is_name_end(char c) {
  return is_space(c) || c == '/' || c == '>' || c == '=';
}

static sheaf_bytes take_attribute_value(sheaf_bytes *text) {
  char quote = text->size ? *text->data : '\0';
  sheaf_bytes value = *text;
  if (quote == '"' || quote == '\'') {
    skip(text, 1);
    value = *text;
    const char *end = memchr(text->data, quote, text->size);
    value.size = end ? (size_t)(end - text->data) : text->size;
    skip(text, value.size + (end ? 1 : 0));
    return value;
  }
  value.size = 0;
  while (value.size < text->size && !is_space(value.data[value.size]) &&
         value.data[value.size] != '>')
    value.size++;
  skip(text, value.size);
  return value;
}

// WHATWG HTML, "get an attribute". False at the end of the tag.
static bool take_attribute(sheaf_bytes *text, attribute *found) {
  while (text->size && (is_space(*text->data) || *text->data == '/'))
    skip(text, 1);
  if (!text->size || *text->data == '>') return false;
  found->name = *text;
  found->name.size = 0;
  found->value = none();
  while (found->name.size < text->size &&
         (!is_name_end(found->name.data[found->name.size]) ||
          (found->name.size == 0 && *found->name.data == '=')))
    found->name.size++;
  skip(text, found->name.size);
  skip_space(text);
  if (!text->size || *text->data != '=') return true;
  skip(text, 1);
  skip_space(text);
  found->value = take_attribute_value(text);
  return true;
}

static bool has_name(const attribute *of, const char *name) {
  return of->name.size == strlen(name) &&
         strncasecmp(of->name.data, name, of->name.size) == 0;
}

// Of a <meta> whose attributes stand at `*text`.
static sheaf_bytes take_meta(sheaf_bytes *text) {
  sheaf_bytes charset = none(), content = none();
  attribute found;
  bool pragma = false;
  while (take_attribute(text, &found)) {
    if (has_name(&found, "charset") && !charset.size) charset = found.value;
    if (has_name(&found, "content") && !content.size)
      content = find_parameter(found.value);
    if (has_name(&found, "http-equiv"))
      pragma = found.value.size == 12 && starts(found.value, "content-type");
  }
  if (charset.size) return charset;
  return pragma ? content : none();
}

static void skip_comment(sheaf_bytes *text) {
  // "<!-->" is a comment as well.
  const char *end = memmem(text->data + 2, text->size - 2, "-->", 3);
  skip(text, end ? (size_t)(end + 3 - text->data) : text->size);
}

static void skip_tag(sheaf_bytes *text) {
  attribute ignored;
  while (text->size && !is_space(*text->data) && *text->data != '>')
    skip(text, 1);
  while (take_attribute(text, &ignored)) continue;
}

static bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_tag(sheaf_bytes text) {
  size_t at = starts(text, "</") ? 2 : 1;
  return text.size > at && is_letter(text.data[at]);
}

static void skip_markup(sheaf_bytes *text) {
  const char *end;
  if (starts(*text, "<!--")) {
    skip_comment(text);
  } else if (is_tag(*text)) {
    skip_tag(text);
  } else if (starts(*text, "<!") || starts(*text, "</") ||
             starts(*text, "<?")) {
    end = memchr(text->data, '>', text->size);
    skip(text, end ? (size_t)(end - text->data) : text->size);
  } else {
    skip(text, 1);
  }
}

// A page that can be read this far is not in UTF-16, whatever it says.
static bool is_believable(sheaf_bytes label) {
  const sf_charset *charset = sf_charset_find(label);
  if (charset) return strncmp(charset->name, "utf-16", 6) != 0;
  return starts(label, "utf-8") || starts(label, "utf8");
}

// WHATWG HTML, "prescan a byte stream to determine its encoding".
static sheaf_bytes prescan(sheaf_bytes text) {
  while (text.size) {
    const char *tag = memchr(text.data, '<', text.size);
    if (!tag) break;
    skip(&text, (size_t)(tag - text.data));
    bool meta = starts(text, "<meta") && text.size > 5 &&
                (is_space(text.data[5]) || text.data[5] == '/');
    if (!meta) {
      skip_markup(&text);
      continue;
    }
    skip(&text, 6);
    sheaf_bytes charset = take_meta(&text);
    if (is_believable(charset)) return charset;
  }
  return none();
}

// --- XML -------------------------------------------------------------------

static sheaf_bytes xml_encoding(sheaf_bytes text) {
  const char *end = memmem(text.data, text.size, "?>", 2);
  if (!end) return none();
  text.size = (size_t)(end - text.data);
  const char *found = memmem(text.data, text.size, "encoding", 8);
  if (!found) return none();
  skip(&text, (size_t)(found - text.data) + 8);
  skip_space(&text);
  if (!text.size || *text.data != '=') return none();
  skip(&text, 1);
  skip_space(&text);
  return take_value(text);
}

sheaf_bytes sf_charset_declared(sheaf_bytes content, const char *media_type) {
  if (content.size > PRESCAN) content.size = PRESCAN;
  if (starts(content, "<?xml")) {
    sheaf_bytes charset = xml_encoding(content);
    if (charset.size) return charset;
  }
  return strcmp(media_type, "text/html") == 0 ? prescan(content) : none();
}
