#include "nesting.h"

#include <gumbo.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "formatting.h"
#include "limit.h"
#include "tag.h"

/// Steps from one open element, or attribute, to the next: a page of many
/// megabytes that somebody wrote has some millions, and a second has more.
#define STEPS_MAX ((uint64_t)200 << 20)

/// What a tag does to the elements that are open (WHATWG HTML, "Tree
/// construction").
enum {
  IGNORED = 1,      ///< Nothing, or nothing that makes a page deeper.
  ENDS_P = 2,       ///< It ends a paragraph.
  ITEM = 4,         ///< It ends the item of a list before it,
  CELL = 8,         ///< or a cell of the table,
  ROW = 16,         ///< and is none itself.
  FORMATTING = 32,  ///< Its end tag ends no element but its own.
  WALL = 64,        ///< An item within does not end one outside,
  BARRIER = 128,    ///< nor does an end tag.
  MARKER = 256,     ///< Formatting ends with it, and begins anew in it.
};

static const unsigned short traits[GUMBO_TAG_LAST + 1] = {
    [GUMBO_TAG_A] = FORMATTING,
    [GUMBO_TAG_ADDRESS] = ENDS_P,
    [GUMBO_TAG_APPLET] = BARRIER | WALL | MARKER,
    [GUMBO_TAG_AREA] = IGNORED,
    [GUMBO_TAG_ARTICLE] = ENDS_P | WALL,
    [GUMBO_TAG_ASIDE] = ENDS_P | WALL,
    [GUMBO_TAG_B] = FORMATTING,
    [GUMBO_TAG_BASE] = IGNORED,
    [GUMBO_TAG_BIG] = FORMATTING,
    [GUMBO_TAG_BLOCKQUOTE] = ENDS_P | WALL,
    [GUMBO_TAG_BODY] = IGNORED,
    [GUMBO_TAG_BR] = IGNORED,
    [GUMBO_TAG_BUTTON] = BARRIER | WALL,
    [GUMBO_TAG_CAPTION] = ROW,
    [GUMBO_TAG_CENTER] = ENDS_P | WALL,
    [GUMBO_TAG_CODE] = FORMATTING,
    [GUMBO_TAG_COL] = IGNORED,
    [GUMBO_TAG_COLGROUP] = IGNORED,
    [GUMBO_TAG_DD] = ENDS_P | ITEM | WALL,
    [GUMBO_TAG_DETAILS] = ENDS_P | WALL,
    [GUMBO_TAG_DIR] = ENDS_P | WALL,
    [GUMBO_TAG_DIV] = ENDS_P,
    [GUMBO_TAG_DL] = ENDS_P | WALL,
    [GUMBO_TAG_DT] = ENDS_P | ITEM | WALL,
    [GUMBO_TAG_EM] = FORMATTING,
    [GUMBO_TAG_EMBED] = IGNORED,
    [GUMBO_TAG_FIELDSET] = ENDS_P | WALL,
    [GUMBO_TAG_FIGCAPTION] = ENDS_P | WALL,
    [GUMBO_TAG_FIGURE] = ENDS_P | WALL,
    [GUMBO_TAG_FONT] = FORMATTING,
    [GUMBO_TAG_FOOTER] = ENDS_P | WALL,
    [GUMBO_TAG_FORM] = ENDS_P | WALL,
    [GUMBO_TAG_H1] = ENDS_P | WALL,
    [GUMBO_TAG_H2] = ENDS_P | WALL,
    [GUMBO_TAG_H3] = ENDS_P | WALL,
    [GUMBO_TAG_H4] = ENDS_P | WALL,
    [GUMBO_TAG_H5] = ENDS_P | WALL,
    [GUMBO_TAG_H6] = ENDS_P | WALL,
    [GUMBO_TAG_HEAD] = IGNORED,
    [GUMBO_TAG_HEADER] = ENDS_P | WALL,
    [GUMBO_TAG_HGROUP] = ENDS_P | WALL,
    [GUMBO_TAG_HR] = IGNORED | ENDS_P,
    [GUMBO_TAG_HTML] = IGNORED,
    [GUMBO_TAG_I] = FORMATTING,
    [GUMBO_TAG_IMG] = IGNORED,
    [GUMBO_TAG_INPUT] = IGNORED,
    [GUMBO_TAG_LI] = ENDS_P | ITEM | WALL,
    [GUMBO_TAG_LINK] = IGNORED,
    [GUMBO_TAG_LISTING] = ENDS_P | WALL,
    [GUMBO_TAG_MAIN] = ENDS_P | WALL,
    [GUMBO_TAG_MARQUEE] = BARRIER | WALL | MARKER,
    [GUMBO_TAG_MENU] = ENDS_P | WALL,
    [GUMBO_TAG_META] = IGNORED,
    [GUMBO_TAG_NAV] = ENDS_P | WALL,
    [GUMBO_TAG_NOBR] = FORMATTING,
    [GUMBO_TAG_OBJECT] = BARRIER | WALL | MARKER,
    [GUMBO_TAG_OL] = ENDS_P | WALL,
    [GUMBO_TAG_OPTGROUP] = IGNORED,
    [GUMBO_TAG_OPTION] = IGNORED,
    [GUMBO_TAG_P] = ENDS_P,
    [GUMBO_TAG_PARAM] = IGNORED,
    [GUMBO_TAG_PRE] = ENDS_P | WALL,
    [GUMBO_TAG_RP] = IGNORED,
    [GUMBO_TAG_RT] = IGNORED,
    [GUMBO_TAG_S] = FORMATTING,
    [GUMBO_TAG_SECTION] = ENDS_P | WALL,
    [GUMBO_TAG_SMALL] = FORMATTING,
    [GUMBO_TAG_SOURCE] = IGNORED,
    [GUMBO_TAG_STRIKE] = FORMATTING,
    [GUMBO_TAG_STRONG] = FORMATTING,
    [GUMBO_TAG_SUMMARY] = ENDS_P | WALL,
    [GUMBO_TAG_TABLE] = ENDS_P | BARRIER | WALL,
    [GUMBO_TAG_TBODY] = ROW,
    [GUMBO_TAG_TD] = CELL | MARKER,
    [GUMBO_TAG_TEMPLATE] = BARRIER | WALL | MARKER,
    [GUMBO_TAG_TFOOT] = ROW,
    [GUMBO_TAG_TH] = CELL | MARKER,
    [GUMBO_TAG_THEAD] = ROW,
    [GUMBO_TAG_TR] = ROW,
    [GUMBO_TAG_TRACK] = IGNORED,
    [GUMBO_TAG_TT] = FORMATTING,
    [GUMBO_TAG_U] = FORMATTING,
    [GUMBO_TAG_UL] = ENDS_P | WALL,
    [GUMBO_TAG_WBR] = IGNORED,
};

/// The elements that are open. Each is linked to the one of its kind before it,
/// and to the innermost wall and barrier, which may be itself. 0: none.
typedef struct {
  struct {
    GumboTag kind;
    uint16_t same, wall, barrier;
  } open[DEPTH_MAX + 1];
  size_t depth;
  uint16_t last[GUMBO_TAG_LAST + 1];
  uint64_t steps;
  formatting formatting;
} elements;

// --- Elements --------------------------------------------------------------

static void pop(elements *all) {
  GumboTag kind = all->open[all->depth].kind;
  if (traits[kind] & MARKER) formatting_unmark(&all->formatting);
  // What was taken out from between others is no longer the last one.
  if (all->last[kind] == all->depth)
    all->last[kind] = all->open[all->depth].same;
  all->depth--;
}

static void push(elements *all, GumboTag kind) {
  uint16_t outer = (uint16_t)all->depth++, depth = (uint16_t)all->depth;
  all->open[depth].kind = kind;
  all->open[depth].same = all->last[kind];
  all->open[depth].wall = traits[kind] & WALL ? depth : all->open[outer].wall;
  all->open[depth].barrier =
      traits[kind] & BARRIER ? depth : all->open[outer].barrier;
  all->last[kind] = depth;
}

// Ends the last element of the kind, and all within it, if it lies within the
// one that is `outer` deep.
static void end_within(elements *all, GumboTag kind, uint16_t outer) {
  uint16_t at = all->last[kind];
  while (at > outer && all->depth >= at) pop(all);
}

static void end_cells(elements *all) {
  end_within(all, GUMBO_TAG_TD, all->last[GUMBO_TAG_TABLE]);
  end_within(all, GUMBO_TAG_TH, all->last[GUMBO_TAG_TABLE]);
}

// Takes the last element of the kind out; those within it stay.
static void take_out(elements *all, GumboTag kind) {
  uint16_t at = all->last[kind];
  if (at && at == all->depth) {
    pop(all);
  } else if (at) {
    all->last[kind] = all->open[at].same;
    all->open[at].kind = GUMBO_TAG_LAST;
  }
}

static uint16_t outer_of(const elements *all, GumboTag kind) {
  uint16_t barrier = all->open[all->depth].barrier;
  if (traits[kind] & CELL) return all->last[GUMBO_TAG_TABLE];
  if (kind == GUMBO_TAG_TABLE) return 0;
  if (traits[kind] & BARRIER) return barrier ? barrier - 1 : 0;
  if (kind != GUMBO_TAG_LI) return barrier;
  uint16_t list = all->last[GUMBO_TAG_UL], other = all->last[GUMBO_TAG_OL];
  if (other > list) list = other;
  return list > barrier ? list : barrier;
}

static void end_element(elements *all, GumboTag kind) {
  if (traits[kind] & FORMATTING) formatting_end(&all->formatting, kind);
  if (traits[kind] & ROW)
    end_cells(all);
  else if (traits[kind] & FORMATTING)
    take_out(all, kind);
  else if (!(traits[kind] & IGNORED))
    end_within(all, kind, outer_of(all, kind));
}

// Ends what the element's begin ends.
static void end_before(elements *all, GumboTag kind) {
  // An item that is a wall itself is the innermost one, and ends.
  uint16_t wall = all->open[all->depth].wall;
  uint16_t outer = wall ? wall - 1 : 0;
  if (traits[kind] & ENDS_P)
    end_within(all, GUMBO_TAG_P, all->open[all->depth].barrier);
  if (kind == GUMBO_TAG_LI) {
    end_within(all, GUMBO_TAG_LI, outer);
  } else if (traits[kind] & ITEM) {
    end_within(all, GUMBO_TAG_DD, outer);
    end_within(all, GUMBO_TAG_DT, outer);
  }
  if (traits[kind] & (CELL | ROW)) end_cells(all);
  if (kind == GUMBO_TAG_A || kind == GUMBO_TAG_NOBR) {
    formatting_end(&all->formatting, kind);
    take_out(all, kind);
  }
}

static bool is_foreign(const elements *all, GumboTag kind) {
  return all->last[GUMBO_TAG_SVG] || all->last[GUMBO_TAG_MATH] ||
         kind == GUMBO_TAG_SVG || kind == GUMBO_TAG_MATH;
}

static nesting begin_formatting(elements *all, const tag *of) {
  const char *name = of->name.data;
  const sheaf_bytes text = {name, (size_t)(of->end - name)};
  return formatting_begin(&all->formatting, of->kind, text) ? NESTING_FINE
                                                            : NESTING_COSTLY;
}

static nesting begin_element(elements *all, const tag *of) {
  end_before(all, of->kind);
  // Cells are ignored outside of tables.
  if (traits[of->kind] & (IGNORED | ROW) ||
      (traits[of->kind] & CELL && !all->last[GUMBO_TAG_TABLE]))
    return NESTING_FINE;
  // In HTML itself the slash means nothing.
  if (of->empty && is_foreign(all, of->kind)) return NESTING_FINE;
  if (all->depth == DEPTH_MAX) return NESTING_DEEP;
  push(all, of->kind);
  if (traits[of->kind] & FORMATTING) return begin_formatting(all, of);
  bool marked =
      !(traits[of->kind] & MARKER) || formatting_mark(&all->formatting);
  return marked ? NESTING_FINE : NESTING_COSTLY;
}

static nesting follow(elements *all, const tag *of) {
  uint64_t attributes = of->attributes;
  all->steps += all->depth + formatting_active(&all->formatting) +
                attributes * attributes / 2;
  if (all->steps > STEPS_MAX) return NESTING_COSTLY;
  // What has no tags in it has no depth.
  if (of->inside.data) return NESTING_FINE;
  if (!of->ends) return begin_element(all, of);
  end_element(all, of->kind);
  return NESTING_FINE;
}

nesting nesting_of(sheaf_bytes page) {
  elements all;
  all.depth = all.steps = all.formatting.count = all.formatting.marker = 0;
  memset(&all.open[0], 0, sizeof all.open[0]);
  memset(all.last, 0, sizeof all.last);
  nesting found = NESTING_FINE;
  tag next = {.end = page.data};
  while (!found && tag_next(&next, page))
    if (next.kind != GUMBO_TAG_LAST) found = follow(&all, &next);
  return found;
}
