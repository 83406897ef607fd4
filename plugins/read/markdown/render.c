#include "render.h"

#include <limits.h>
#include <md4c.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "limit.h"

#define CLOCK_EVERY 256
/// Zeros behind the text: of an image that is not closed at the end the parser
/// (md4c 0.4.8) looks at what stands behind, and takes it for text.
#define PADDING 64
/// Of the limit of memory: the tree of a page takes some times its size.
#define PAGE_PART 8

typedef struct {
  const sheaf_plugin_context *plugin;
  char *text;  ///< With PADDING zeros behind it.
  size_t text_size;
  FILE *html;
  size_t size;          ///< Of what has been written.
  double started;       ///< CPU time, in milliseconds.
  unsigned callbacks;   ///< Since the clock was looked at.
  unsigned image;       ///< How many images it is in.
  bool item_begins;     ///< Nothing stands in the list item yet.
  bool bare_paragraph;  ///< It is the item's text and has no tag.
} renderer;

// --- Writing ---------------------------------------------------------------

static void put(renderer *to, const char *data, size_t size) {
  to->size += fwrite(data, 1, size, to->html);
}

static void put_string(renderer *to, const char *text) {
  put(to, text, strlen(text));
}

static void put_escaped(renderer *to, const char *data, size_t size) {
  for (const char *end = data + size; data < end;) {
    size_t plain = 0;
    while (data + plain < end && !memchr("&<>\"", data[plain], 4)) plain++;
    put(to, data, plain);
    data += plain;
    if (data == end) return;
    put_string(to, *data == '&'   ? "&amp;"
                   : *data == '<' ? "&lt;"
                   : *data == '>' ? "&gt;"
                                  : "&quot;");
    data++;
  }
}

static void put_attribute(renderer *to, const MD_ATTRIBUTE *value) {
  for (size_t i = 0; value->substr_offsets[i] < value->size; i++) {
    const char *part = value->text + value->substr_offsets[i];
    size_t size = value->substr_offsets[i + 1] - value->substr_offsets[i];
    if (value->substr_types[i] == MD_TEXT_ENTITY)
      put(to, part, size);
    else
      put_escaped(to, part, size);
  }
}

/// What the parser is told: not 0 ends it.
static int check_limits(renderer *of) {
  if (of->plugin->memory_limit &&
      of->size > of->plugin->memory_limit / PAGE_PART)
    return SHEAF_ELIMIT;
  if (!of->plugin->cpu_ms || ++of->callbacks % CLOCK_EVERY) return 0;
  return cpu_now() - of->started > of->plugin->cpu_ms ? SHEAF_ETIMEOUT : 0;
}

// --- What the parser finds -------------------------------------------------

/// By MD_BLOCKTYPE. Others have no tag: head and body of a table are its rows.
static const char *const block_tags[] = {
    [MD_BLOCK_QUOTE] = "blockquote",
    [MD_BLOCK_UL] = "ul",
    [MD_BLOCK_OL] = "ol",
    [MD_BLOCK_LI] = "li",
    [MD_BLOCK_P] = "p",
    [MD_BLOCK_CODE] = "pre",
    [MD_BLOCK_TABLE] = "table",
    [MD_BLOCK_TR] = "tr",
    [MD_BLOCK_TH] = "th",
    [MD_BLOCK_TD] = "td",
};

static void put_block_tag(renderer *to, const char *before, MD_BLOCKTYPE type,
                          const void *detail) {
  const MD_BLOCK_H_DETAIL *heading = detail;
  char name[] = "h1";
  if (type == MD_BLOCK_H) name[1] = (char)('0' + heading->level);
  const char *tag = type == MD_BLOCK_H ? name : block_tags[type];
  if (!tag) return;
  put_string(to, before);
  put_string(to, tag);
  put_string(to, ">");
}

static void begin_item(renderer *to, const MD_BLOCK_LI_DETAIL *item) {
  const char mark[] = {'[', item->task_mark, ']', ' '};
  if (item->is_task) put(to, mark, sizeof mark);
}

static int enter_block(MD_BLOCKTYPE type, void *detail, void *context) {
  renderer *to = context;
  to->bare_paragraph = type == MD_BLOCK_P && to->item_begins;
  to->item_begins = type == MD_BLOCK_LI;
  if (type == MD_BLOCK_HR) {
    put_string(to, "<hr>");
    return check_limits(to);
  }
  if (!to->bare_paragraph) put_block_tag(to, "<", type, detail);
  if (type == MD_BLOCK_LI) begin_item(to, detail);
  // HTML drops a line end that comes first.
  if (type == MD_BLOCK_CODE) put_string(to, "\n");
  return check_limits(to);
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *context) {
  renderer *to = context;
  bool bare = type == MD_BLOCK_P && to->bare_paragraph;
  to->item_begins = to->bare_paragraph = false;
  if (type != MD_BLOCK_HR && !bare) put_block_tag(to, "</", type, detail);
  put_string(to, "\n");
  return check_limits(to);
}

static int enter_span(MD_SPANTYPE type, void *detail, void *context) {
  renderer *to = context;
  if (type == MD_SPAN_IMG && to->image++ == 0) put_string(to, "<img alt=\"");
  if (type == MD_SPAN_A && !to->image) {
    const MD_SPAN_A_DETAIL *link = detail;
    put_string(to, "<a href=\"");
    put_attribute(to, &link->href);
    put_string(to, "\">");
  }
  return check_limits(to);
}

static int leave_span(MD_SPANTYPE type, void *detail, void *context) {
  renderer *to = context;
  (void)detail;
  if (type == MD_SPAN_IMG && --to->image == 0) put_string(to, "\">");
  if (type == MD_SPAN_A && !to->image) put_string(to, "</a>");
  return check_limits(to);
}

/// The part of a piece that is not behind the text.
static MD_SIZE cut(const renderer *of, const char *data, MD_SIZE size) {
  uintptr_t at = (uintptr_t)data, end = (uintptr_t)of->text + of->text_size;
  bool inside = at >= (uintptr_t)of->text && at <= end + PADDING;
  if (!inside || at + size <= end) return size;
  return at < end ? (MD_SIZE)(end - at) : 0;
}

static int put_text(MD_TEXTTYPE type, const char *data, MD_SIZE size,
                    void *context) {
  renderer *to = context;
  size = cut(to, data, size);
  to->item_begins = false;
  if (type == MD_TEXT_NULLCHAR)
    put_string(to, "\xEF\xBF\xBD");
  else if (type == MD_TEXT_BR)
    put_string(to, to->image ? " " : "<br>");
  else if (type == MD_TEXT_SOFTBR)
    put_string(to, "\n");
  else if (type == MD_TEXT_ENTITY || (type == MD_TEXT_HTML && !to->image))
    put(to, data, size);
  else
    put_escaped(to, data, size);
  return check_limits(to);
}

// --- The whole -------------------------------------------------------------

static int parse(renderer *to) {
  const MD_PARSER parser = {
      .flags = MD_DIALECT_GITHUB,
      .enter_block = enter_block,
      .leave_block = leave_block,
      .enter_span = enter_span,
      .leave_span = leave_span,
      .text = put_text,
  };
  if (to->text_size > UINT_MAX - PADDING) return SHEAF_ELIMIT;
  int code = md_parse(to->text, (MD_SIZE)to->text_size, &parser, to);
  // The parser's own failure is that of memory.
  return code == -1 || ferror(to->html) ? SHEAF_ENOMEM : code;
}

static char *copy_padded(sheaf_bytes text) {
  char *copy = calloc(1, text.size + PADDING);
  if (copy && text.size) memcpy(copy, text.data, text.size);
  return copy;
}

int render_markdown(sheaf_bytes text, const sheaf_plugin_context *plugin,
                    sheaf_bytes *html, sheaf_error *error) {
  char *data = NULL;
  size_t size = 0;
  renderer to = {.plugin = plugin,
                 .text = copy_padded(text),
                 .text_size = text.size,
                 .started = cpu_now()};
  if (to.text) to.html = open_memstream(&data, &size);
  int code = to.html ? parse(&to) : SHEAF_ENOMEM;
  if (to.html && fclose(to.html)) code = SHEAF_ENOMEM;
  free(to.text);
  if (code) {
    free(data);
    return fail_limit(plugin, code, error);
  }
  *html = (sheaf_bytes){data, size};
  return SHEAF_OK;
}
