#include "page.h"

#include <gumbo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bare.h"
#include "boilerplate.h"
#include "display.h"
#include "limit.h"
#include "nesting.h"
#include "sheet.h"
#include "tree.h"

/// A walk over the tree. An element's spans are open while the walk is in it.
typedef struct {
  sheet text;
  sheaf_doc *doc;
  size_t block;        ///< The span of the block that is being written.
  const char *kind;    ///< Its kind, while it is none of its own.
  int level;           ///< Of a heading.
  unsigned verbatim;   ///< How many <pre> it is in,
  unsigned rows;       ///< and how many rows of tables.
  size_t boilerplate;  ///< The span; SHEET_NONE: it is in none.
  const GumboNode *boilerplate_in;
  struct link {
    const GumboNode *element;
    size_t span;
  } link;  ///< Links do not lie within each other.
} walk;

// --- Kinds of elements -----------------------------------------------------

static GumboTag kind_of(const GumboNode *element) {
  return element->v.element.tag;
}

static const char *attribute(const GumboNode *element, const char *name) {
  const GumboAttribute *found =
      gumbo_get_attribute(&element->v.element.attributes, name);
  return found ? found->value : NULL;
}

static bool is_hidden(const GumboNode *element) {
  return display_of(kind_of(element)) == DISPLAY_HIDDEN ||
         attribute(element, "hidden");
}

static bool is_cell(const GumboNode *element) {
  GumboTag tag = kind_of(element);
  return tag == GUMBO_TAG_TD || tag == GUMBO_TAG_TH;
}

/// The kind of the blocks that stand right in the element; NULL: as outside.
static const char *block_kind(const GumboNode *element, int *level) {
  GumboTag tag = kind_of(element);
  *level = 0;
  if (tag >= GUMBO_TAG_H1 && tag <= GUMBO_TAG_H6) {
    *level = (int)tag - GUMBO_TAG_H1 + 1;
    return "heading";
  }
  if (tag == GUMBO_TAG_LI) return "list_item";
  if (tag == GUMBO_TAG_TR) return "table_row";
  if (tag == GUMBO_TAG_PRE) return "preformatted";
  if (tag == GUMBO_TAG_P) return "paragraph";
  return NULL;
}

// --- Blocks ----------------------------------------------------------------

/// What blocks are in here: told by the nearest element that says it.
static void find_kind(walk *on, const GumboNode *node) {
  on->kind = "paragraph";
  on->level = 0;
  for (; node && node->type == GUMBO_NODE_ELEMENT; node = node->parent) {
    const char *kind = block_kind(node, &on->level);
    if (kind) on->kind = kind;
    if (kind || display_breaks(kind_of(node))) return;
  }
}

static void end_block(walk *on, const GumboNode *element) {
  sheet_end(&on->text, on->block);
  on->block = SHEET_NONE;
  display_end(&on->text, display_of(kind_of(element)));
}

static void begin_block(walk *on, const GumboNode *text) {
  if (on->block != SHEET_NONE) return;
  find_kind(on, text->parent);
  on->block = sheet_begin(&on->text, on->kind);
  if (on->level) sheet_set_int(&on->text, on->block, "level", on->level);
}

static bool is_blank(const char *text) {
  return text[strspn(text, " \t\r\n\f")] == '\0';
}

static void put_text(walk *on, const GumboNode *node) {
  const char *text = node->v.text.text;
  if (!is_blank(text)) begin_block(on, node);
  if (on->verbatim)
    sheet_put_verbatim(&on->text, text, strlen(text));
  else
    sheet_put(&on->text, text, strlen(text));
}

// --- Elements --------------------------------------------------------------

/// A row of a table is one block, its cells set apart by tabs.
static void enter_cell(walk *on, const GumboNode *cell) {
  const GumboVector *siblings = &cell->parent->v.element.children;
  for (size_t i = 0; i < cell->index_within_parent; i++) {
    const GumboNode *before = siblings->data[i];
    if (before->type != GUMBO_NODE_ELEMENT || !is_cell(before)) continue;
    on->text.space = false;
    if (on->text.lines == 0 && on->block != SHEET_NONE)
      sheet_put_verbatim(&on->text, "\t", 1);
    return;
  }
}

static void enter_link(walk *on, const GumboNode *element) {
  const char *target = attribute(element, "href");
  if (!target || on->link.element) return;
  on->link.element = element;
  on->link.span = sheet_begin(&on->text, "link");
  sheet_set_text(&on->text, on->link.span, "href", target, strlen(target));
}

static void put_image(walk *on, const GumboNode *element) {
  const char *text = attribute(element, "alt");
  if (!text || is_blank(text)) return;
  begin_block(on, element);
  sheet_put(&on->text, " ", 1);
  sheet_put(&on->text, text, strlen(text));
  sheet_put(&on->text, " ", 1);
}

static void enter_boilerplate(walk *on, const GumboNode *element) {
  if (on->boilerplate_in) return;
  const char *reason = boilerplate_reason(element);
  if (!reason) return;
  on->boilerplate_in = element;
  on->boilerplate = sheet_begin(&on->text, "boilerplate");
  sheet_set_text(&on->text, on->boilerplate, "reason", reason, strlen(reason));
}

/// Blocks within a row do not end it.
static bool breaks(const walk *on, const GumboNode *element) {
  return display_breaks(kind_of(element)) &&
         (kind_of(element) == GUMBO_TAG_TR || !on->rows);
}

static void enter(walk *on, const GumboNode *element) {
  GumboTag tag = kind_of(element);
  if (breaks(on, element)) end_block(on, element);
  enter_boilerplate(on, element);
  if (tag == GUMBO_TAG_TR) on->rows++;
  if (tag == GUMBO_TAG_PRE || tag == GUMBO_TAG_TEXTAREA) on->verbatim++;
  if (tag == GUMBO_TAG_A) enter_link(on, element);
  if (tag == GUMBO_TAG_IMG) put_image(on, element);
  if (tag == GUMBO_TAG_BR) sheet_end_line(&on->text);
  if (is_cell(element)) enter_cell(on, element);
  if (display_breaks(kind_of(element))) on->text.space = true;
}

static void leave(walk *on, const GumboNode *element) {
  GumboTag tag = kind_of(element);
  if (tag == GUMBO_TAG_PRE || tag == GUMBO_TAG_TEXTAREA) on->verbatim--;
  if (on->link.element == element) {
    sheet_end(&on->text, on->link.span);
    on->link.element = NULL;
  }
  if (tag == GUMBO_TAG_TR) on->rows--;
  if (breaks(on, element)) end_block(on, element);
  if (on->boilerplate_in == element) {
    sheet_end(&on->text, on->boilerplate);
    on->boilerplate_in = NULL;
  }
}

// --- The walk --------------------------------------------------------------

static const GumboVector *children_of(const GumboNode *node) {
  return node->type == GUMBO_NODE_ELEMENT ? &node->v.element.children : NULL;
}

/// Leaves what ends with `node` and returns what comes next; NULL: nothing.
static const GumboNode *next_after(walk *on, const GumboNode *node,
                                   const GumboNode *root) {
  while (node != root) {
    const GumboNode *parent = node->parent;
    const GumboVector *siblings = children_of(parent);
    size_t next = node->index_within_parent + 1;
    if (next < siblings->length) return siblings->data[next];
    leave(on, parent);
    node = parent;
  }
  return NULL;
}

/// Trees of hostile pages are deeper than any stack: no recursion here.
static void walk_tree(walk *on, const GumboNode *root) {
  const GumboNode *node = root;
  while (node) {
    bool element = node->type == GUMBO_NODE_ELEMENT && !is_hidden(node);
    if (element) enter(on, node);
    if (node->type == GUMBO_NODE_TEXT || node->type == GUMBO_NODE_CDATA ||
        node->type == GUMBO_NODE_WHITESPACE)
      put_text(on, node);
    if (element && children_of(node)->length) {
      node = children_of(node)->data[0];
      continue;
    }
    if (element) leave(on, node);
    node = next_after(on, node, root);
  }
}

// --- What the head says ----------------------------------------------------

static const GumboNode *child_with_tag(const GumboNode *parent, GumboTag tag) {
  const GumboVector *children = &parent->v.element.children;
  for (size_t i = 0; i < children->length; i++) {
    const GumboNode *child = children->data[i];
    if (child->type == GUMBO_NODE_ELEMENT && kind_of(child) == tag)
      return child;
  }
  return NULL;
}

static int describe_title(sheaf_doc *doc, const GumboNode *title) {
  const GumboVector *children = &title->v.element.children;
  if (!children->length) return SHEAF_OK;
  const GumboNode *text = children->data[0];
  if (text->type != GUMBO_NODE_TEXT) return SHEAF_OK;
  const char *said = text->v.text.text;
  return sheet_describe(doc, "title", said, strlen(said));
}

static int describe_meta(sheaf_doc *doc, const GumboNode *meta) {
  static const char *const known[][2] = {{"description", "description"},
                                         {"author", "author"},
                                         {"keywords", "keywords"},
                                         {"date", "date"},
                                         {"dc.date", "date"},
                                         {"dc.creator", "author"},
                                         {"generator", "generator"}};
  const char *name = attribute(meta, "name");
  const char *said = attribute(meta, "content");
  for (size_t i = 0; name && said && i < sizeof known / sizeof *known; i++)
    if (strcasecmp(name, known[i][0]) == 0)
      return sheet_describe(doc, known[i][1], said, strlen(said));
  return SHEAF_OK;
}

static int describe(sheaf_doc *doc, const GumboNode *root) {
  const char *language = attribute(root, "lang");
  const GumboNode *head = child_with_tag(root, GUMBO_TAG_HEAD);
  int code = SHEAF_OK;
  if (language)
    code = sheet_describe(doc, "language", language, strlen(language));
  const GumboVector *children = head ? &head->v.element.children : NULL;
  for (size_t i = 0; children && i < children->length && !code; i++) {
    const GumboNode *child = children->data[i];
    if (child->type != GUMBO_NODE_ELEMENT) continue;
    if (kind_of(child) == GUMBO_TAG_TITLE) code = describe_title(doc, child);
    if (kind_of(child) == GUMBO_TAG_META) code = describe_meta(doc, child);
  }
  return code;
}

// --- The whole -------------------------------------------------------------

static int read_tree(sheaf_doc *doc, const GumboNode *root,
                     sheaf_error *error) {
  walk on = {.doc = doc, .block = SHEET_NONE, .boilerplate = SHEET_NONE};
  walk_tree(&on, root);
  int code = sheet_finish(&on.text, doc, error);
  if (!code) code = describe(doc, root);
  sheet_clear(&on.text);
  return code;
}

static int parse(tree *page, sheaf_bytes html,
                 const sheaf_plugin_context *context, sheaf_error *error) {
  nesting look = nesting_of(html);
  if (look == NESTING_DEEP) return fail_depth(context->name, error);
  if (look == NESTING_COSTLY) return fail_cost(context->name, error);
  int code = tree_parse(page, html, GUMBO_TAG_LAST, context->memory_limit,
                        context->cpu_ms);
  return code ? fail_limit(context, code, error) : SHEAF_OK;
}

/// A page that is over a limit has a text all the same.
static int read_bare(sheaf_doc *doc, sheaf_bytes html, sheaf_result *result,
                     sheaf_error *over, sheaf_error *error) {
  size_t size = strlen(over->why);
  snprintf(over->why + size, sizeof over->why - size,
           "; the text was taken without its structure");
  int code = bare_read(doc, html, error);
  if (!code) sheaf_result_partial(result, over);
  return code;
}

int page_read(sheaf_doc *doc, sheaf_bytes html,
              const sheaf_plugin_context *context, sheaf_result *result,
              sheaf_error *error) {
  tree page;
  int code = parse(&page, html, context, error);
  if (code == SHEAF_ELIMIT || code == SHEAF_ETIMEOUT) {
    sheaf_error over = *error;
    return read_bare(doc, html, result, &over, error);
  }
  if (code) return code;
  code = read_tree(doc, page.root, error);
  tree_clear(&page);
  return code;
}
