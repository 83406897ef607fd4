#include "boilerplate.h"

#include <string.h>
#include <strings.h>

// A list or block is navigation when this part of its letters is in links.
#define LINK_PART    0.8
#define LINK_LETTERS 20  // Fewer letters tell nothing.
#define LINK_LEAST   3   // So many links are a menu.
#define NODES_MOST   4000

static const char *attribute(const GumboNode *element, const char *name) {
  const GumboAttribute *found =
      gumbo_get_attribute(&element->v.element.attributes, name);
  return found ? found->value : "";
}

// --- By element and role ---------------------------------------------------

static bool is_within_article(const GumboNode *node) {
  for (node = node->parent; node; node = node->parent) {
    if (node->type != GUMBO_NODE_ELEMENT) continue;
    GumboTag tag = node->v.element.tag;
    if (tag == GUMBO_TAG_ARTICLE || tag == GUMBO_TAG_MAIN) return true;
  }
  return false;
}

// ARIA's landmark roles, and the elements that have them by themselves
// (W3C, "ARIA in HTML").
static const char *landmark(const GumboNode *element) {
  static const struct {
    const char *role, *reason;
  } roles[] = {{"navigation", "navigation"}, {"banner", "header"},
               {"contentinfo", "footer"},    {"complementary", "aside"},
               {"search", "navigation"},     {"menu", "navigation"},
               {"menubar", "navigation"}};
  const char *role = attribute(element, "role");
  for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
    if (strcasecmp(role, roles[i].role) == 0) return roles[i].reason;
  switch (element->v.element.tag) {
    case GUMBO_TAG_NAV:
      return "navigation";
    case GUMBO_TAG_ASIDE:
      return "aside";
    case GUMBO_TAG_HEADER:
      return is_within_article(element) ? NULL : "header";
    case GUMBO_TAG_FOOTER:
      return is_within_article(element) ? NULL : "footer";
    default:
      return NULL;
  }
}

// --- By links --------------------------------------------------------------

typedef struct {
  size_t letters, linked, links, nodes;
} tally;

static size_t count_letters(const char *text) {
  size_t count = 0;
  for (; *text; text++) count += !strchr(" \t\r\n\f", *text);
  return count;
}

// The next node in document order within `top`; NULL at its end.
static const GumboNode *next_within(const GumboNode *node, const GumboNode *top,
                                    bool into) {
  if (into && node->type == GUMBO_NODE_ELEMENT &&
      node->v.element.children.length)
    return node->v.element.children.data[0];
  while (node != top) {
    const GumboVector *siblings = &node->parent->v.element.children;
    if (node->index_within_parent + 1 < siblings->length)
      return siblings->data[node->index_within_parent + 1];
    node = node->parent;
  }
  return NULL;
}

static bool is_link(const GumboNode *node) {
  return node->type == GUMBO_NODE_ELEMENT && node->v.element.tag == GUMBO_TAG_A;
}

static void count_link(const GumboNode *link, tally *sum) {
  sum->links++;
  for (const GumboNode *node = link; node; node = next_within(node, link, true))
    if (node->type == GUMBO_NODE_TEXT)
      sum->linked += count_letters(node->v.text.text);
}

static tally count_links(const GumboNode *top) {
  tally sum = {0};
  for (const GumboNode *node = top; node && sum.nodes < NODES_MOST;) {
    bool link = is_link(node);
    sum.nodes++;
    if (link) count_link(node, &sum);
    if (node->type == GUMBO_NODE_TEXT)
      sum.letters += count_letters(node->v.text.text);
    node = next_within(node, top, !link);
  }
  sum.letters += sum.linked;
  return sum;
}

// Lists and blocks that are little more than links, in the way of link density
// (Kohlschütter et al., "Boilerplate Detection using Shallow Text Features").
static bool is_menu(const GumboNode *element) {
  GumboTag tag = element->v.element.tag;
  if (tag != GUMBO_TAG_UL && tag != GUMBO_TAG_OL) return false;
  tally sum = count_links(element);
  return sum.links >= LINK_LEAST && sum.nodes < NODES_MOST &&
         sum.letters >= LINK_LETTERS &&
         (double)sum.linked >= LINK_PART * (double)sum.letters;
}

const char *boilerplate_reason(const GumboNode *element) {
  const char *reason = landmark(element);
  return reason ? reason : is_menu(element) ? "links" : NULL;
}
