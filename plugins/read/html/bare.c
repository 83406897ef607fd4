#include "bare.h"

#include <string.h>

#include "display.h"
#include "tag.h"
#include "tree.h"

/// So much text is decoded at once,
#define PIECE 65536
/// but for what the end of a piece may have cut: no name is longer.
#define REFERENCE_MAX 64

/// What ends the text before it, as it stands in a flow: there is no other
/// white space in one but spaces.
enum { BREAK_LINE = '\n', BREAK_BLOCK = '\f', BREAK_CLOSE = '\t' };

/// Text without tags that waits to be decoded.
typedef struct {
  sheet *text;  ///< It goes there.
  size_t size;
  char data[PIECE + 1];
} flow;

// --- Decoded text ----------------------------------------------------------

static void end_text(sheet *to, char sign) {
  if (sign == BREAK_LINE) sheet_end_line(to);
  if (sign == BREAK_BLOCK) display_end(to, DISPLAY_BLOCK);
  if (sign == BREAK_CLOSE) display_end(to, DISPLAY_CLOSE);
}

static void put_decoded(sheet *to, const char *text) {
  while (*text) {
    size_t size = strcspn(text, "\n\f\t");
    sheet_put(to, text, size);
    text += size;
    end_text(to, *text);
    text += *text != '\0';
  }
}

/// There are no tags: all that the parser finds is text.
static void decode(flow *from, size_t size) {
  tree piece;
  if (tree_parse(&piece, (sheaf_bytes){from->data, size}, GUMBO_TAG_BODY, 0,
                 0)) {
    from->text->failed = true;
    return;
  }
  const GumboVector *nodes = &piece.root->v.element.children;
  for (size_t i = 0; i < nodes->length; i++) {
    const GumboNode *node = nodes->data[i];
    put_decoded(from->text, node->v.text.text);
  }
  tree_clear(&piece);
}

/// Writes the first bytes of what waits.
static void put_out(flow *of, size_t size) {
  char *end = of->data + size, next = *end;
  *end = '\0';
  if (memchr(of->data, '&', size))
    decode(of, size);
  else
    put_decoded(of->text, of->data);
  *end = next;
  of->size -= size;
  memmove(of->data, end, of->size);
}

static bool begins_character(char byte) {
  return ((unsigned char)byte & 0xC0) != 0x80;
}

/// Before the last reference, or character, that may not be there as a whole.
static const char *last_begin(const flow *of) {
  const char *last = of->data + of->size - 1, *most = last - REFERENCE_MAX;
  const char *reference = memrchr(most, '&', REFERENCE_MAX + 1);
  if (reference) return reference;
  while (last > most && !begins_character(*last)) last--;
  return last;
}

// --- Text as it stands in the page -----------------------------------------

static void put_byte(flow *to, char byte) {
  if (to->size == PIECE) put_out(to, (size_t)(last_begin(to) - to->data));
  to->data[to->size++] = byte;
}

static void put(flow *to, sheaf_bytes text) {
  static const char less[] = "&lt;";
  for (size_t i = 0; i < text.size; i++) {
    char byte = text.data[i];
    if (byte == '<')
      for (const char *next = less; *next; next++) put_byte(to, *next);
    else if (byte)
      put_byte(to, tag_space(byte) ? ' ' : byte);
  }
}

// --- Tags ------------------------------------------------------------------

static void put_break(flow *to, GumboTag kind) {
  if (display_of(kind) == DISPLAY_BLOCK) put_byte(to, BREAK_BLOCK);
  if (display_of(kind) == DISPLAY_CLOSE) put_byte(to, BREAK_CLOSE);
  if (kind == GUMBO_TAG_BR) put_byte(to, BREAK_LINE);
  if (kind == GUMBO_TAG_TD || kind == GUMBO_TAG_TH) put_byte(to, ' ');
}

static void put_tag(flow *to, const tag *at) {
  put_break(to, at->kind);
  if (at->kind == GUMBO_TAG_TEXTAREA || at->kind == GUMBO_TAG_XMP)
    put(to, at->inside);
}

static int describe_title(sheaf_doc *doc, sheaf_bytes title) {
  sheet text = {0};
  flow in;
  in.text = &text;
  in.size = 0;
  put(&in, title);
  put_out(&in, in.size);
  int code = text.failed ? SHEAF_ENOMEM
                         : sheet_describe(doc, "title", text.data, text.size);
  sheet_clear(&text);
  return code;
}

/// Puts the text of the page, and finds its first title.
static void read_page(flow *to, sheaf_bytes page, sheaf_bytes *title) {
  tag next = {.end = page.data};
  const char *from = page.data;
  for (; tag_next(&next, page); from = next.end) {
    put(to, (sheaf_bytes){from, (size_t)(next.from - from)});
    put_tag(to, &next);
    if (next.kind == GUMBO_TAG_TITLE && !title->data) *title = next.inside;
  }
  put(to, (sheaf_bytes){from, (size_t)(page.data + page.size - from)});
  put_out(to, to->size);
}

int bare_read(sheaf_doc *doc, sheaf_bytes html, sheaf_error *error) {
  sheet text = {0};
  sheaf_bytes title = {NULL, 0};
  flow in;
  in.text = &text;
  in.size = 0;
  read_page(&in, html, &title);
  int code = sheet_finish(&text, doc, error);
  if (!code) code = describe_title(doc, title);
  sheet_clear(&text);
  return code;
}
