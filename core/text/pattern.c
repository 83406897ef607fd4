/// Matches Lua patterns, interruptibly and with bounded memory.
///
/// A pattern is a line of items without branches, so a match needs no
/// recursion: each repeated item that could still take more or fewer bytes
/// leaves one entry on a stack, to which the matcher returns when a later item
/// does not fit. Items are decoded when a match first reaches them: a fault in
/// a part of the pattern that is never reached goes unnoticed, as in Lua.
#include <stdlib.h>
#include <string.h>

#include "text/pattern_item.h"
#include "text/runs.h"

#define MAX_PATTERN  32767
#define MAX_CHOICES  200  ///< Open choices, as Lua limits its C calls.
#define INLINE_ITEMS 24
#define STEPS        4096  ///< Between two questions to `interrupt`.

/// A repeated item that can take another number of bytes: it stands at `at`,
/// and can go back to `low` when it is greedy, or else on.
typedef struct {
  size_t item;
  size_t at;
  size_t low;
} choice;

struct sf_pattern {
  sf_pattern_parser parser;
  bool anchored;
  size_t item_count;  ///< Decoded so far.
  sf_pattern_item *items;
};

typedef struct {
  sheaf_bytes text;
  sf_pattern *pattern;
  choice choices[MAX_CHOICES];
  size_t choice_count;
  size_t steps;
  sf_interrupt interrupt;
  void *context;
  sf_match *match;
  int code;  ///< Anything but SHEAF_OK ends the search.
  sheaf_error *error;
} matcher;

static void spend(matcher *m, size_t steps) {
  if (m->steps > steps) {
    m->steps -= steps;
    return;
  }
  m->steps = STEPS;
  if (m->interrupt && m->code == SHEAF_OK) m->code = m->interrupt(m->context);
}

static const sf_pattern_item *item_at(matcher *m, size_t index) {
  sf_pattern *p = m->pattern;

  if (index == p->item_count) {
    m->code = sf_pattern_item_next(&p->parser, &p->items[index], m->error);
    if (m->code != SHEAF_OK) return NULL;
    p->item_count++;
  }
  return &p->items[index];
}

static bool has_byte(const matcher *m, const sf_pattern_item *item, size_t at) {
  return at < m->text.size && sf_set_has(&item->set, m->text.data[at]);
}

static void push_choice(matcher *m, size_t item, size_t at, size_t low) {
  if (m->choice_count == MAX_CHOICES) {
    m->code = sf_fail(m->error, SHEAF_ELIMIT, NULL, "pattern too complex");
    return;
  }
  m->choices[m->choice_count++] = (choice){item, at, low};
}

/// The end of the longest run of bytes of the item's set.
static size_t run_end(matcher *m, const sf_pattern_item *item, size_t at) {
  size_t end = at;

  if (item->any) {
    end = m->text.size;
  } else {
    while (has_byte(m, item, end)) end++;
    spend(m, (end - at) / 16);
  }
  return end;
}

static bool take_set(matcher *m, size_t index, size_t *at) {
  const sf_pattern_item *item = &m->pattern->items[index];
  size_t low = *at;

  switch (item->repeat) {
    case '-':
      push_choice(m, index, *at, *at);
      return true;
    case '?':
      if (!has_byte(m, item, *at)) return true;
      *at += 1;
      break;
    case '*':
      *at = run_end(m, item, *at);
      break;
    case '+':
      if (!has_byte(m, item, *at)) return false;
      *at = run_end(m, item, *at + 1);
      low++;
      break;
    default:
      if (!has_byte(m, item, *at)) return false;
      *at += 1;
      return true;
  }
  if (*at > low) push_choice(m, index, *at, low);
  return true;
}

static bool take_bytes(const matcher *m, const char *data, size_t size,
                       size_t *at) {
  if (m->text.size - *at < size) return false;
  if (size > 0 && memcmp(m->text.data + *at, data, size) != 0) return false;
  *at += size;
  return true;
}

static bool take_back(const matcher *m, const sf_pattern_item *item,
                      size_t *at) {
  sf_range capture = m->match->captures[item->index];

  if (capture.to == SF_POSITION) return false;
  return take_bytes(m, m->text.data + capture.from, capture.to - capture.from,
                    at);
}

static bool take_balance(matcher *m, const sf_pattern_item *item, size_t *at) {
  size_t depth = 0;

  for (size_t i = *at; i < m->text.size; i++) {
    unsigned char c = (unsigned char)m->text.data[i];
    if (i == *at && c != item->open) return false;
    if (i > *at && c == item->close) {
      if (--depth > 0) continue;
      spend(m, (i - *at) / 16);
      *at = i + 1;
      return true;
    }
    if (c == item->open) depth++;
  }
  spend(m, (m->text.size - *at) / 16);
  return false;
}

static bool take_frontier(const matcher *m, const sf_pattern_item *item,
                          size_t at) {
  char before = at > 0 ? m->text.data[at - 1] : '\0';
  char after = at < m->text.size ? m->text.data[at] : '\0';

  return !sf_set_has(&item->set, before) && sf_set_has(&item->set, after);
}

/// Matches one item at `*at` and moves behind what it took.
static bool take(matcher *m, size_t index, size_t *at) {
  const sf_pattern_item *item = &m->pattern->items[index];
  sf_range *capture = &m->match->captures[item->index];

  switch (item->kind) {
    case SF_ITEM_SET:
      return take_set(m, index, at);
    case SF_ITEM_LITERAL:
      return take_bytes(m, m->pattern->parser.pattern.data + item->literal.from,
                        item->literal.to - item->literal.from, at);
    case SF_ITEM_OPEN:
    case SF_ITEM_POSITION:
      *capture = (sf_range){*at, SF_POSITION};
      return true;
    case SF_ITEM_CLOSE:
      capture->to = *at;
      return true;
    case SF_ITEM_BACK:
      return take_back(m, item, at);
    case SF_ITEM_BALANCE:
      return take_balance(m, item, at);
    case SF_ITEM_FRONTIER:
      return take_frontier(m, item, *at);
    case SF_ITEM_TAIL:
      return *at == m->text.size;
    case SF_ITEM_END:
      break;
  }
  return true;
}

/// The byte with which a match must go on behind the item; -1 when that is
/// not known.
static int byte_behind(const matcher *m, size_t index) {
  for (index++; index < m->pattern->item_count; index++) {
    const sf_pattern_item *item = &m->pattern->items[index];
    if (item->kind == SF_ITEM_LITERAL)
      return (unsigned char)m->pattern->parser.pattern.data[item->literal.from];
    if (item->kind != SF_ITEM_OPEN && item->kind != SF_ITEM_CLOSE &&
        item->kind != SF_ITEM_POSITION)
      break;
  }
  return -1;
}

/// Goes back, but not below `low`, to where the match could go on.
static bool give_back(matcher *m, choice *c, int behind) {
  size_t at = c->at - 1;

  if (behind >= 0) {
    const char *from = m->text.data + c->low;
    const char *found = memrchr(from, behind, c->at - c->low);
    spend(m, (c->at - c->low) / 16);
    if (!found) return false;
    at = (size_t)(found - m->text.data);
  }
  c->at = at;
  return true;
}

/// Takes bytes, at least one, up to where the match could go on.
static bool take_more(matcher *m, choice *c, int behind) {
  const sf_pattern_item *item = &m->pattern->items[c->item];
  size_t at = c->at;

  do {
    if (!has_byte(m, item, at)) return false;
    at++;
  } while (behind >= 0 && at < m->text.size &&
           (unsigned char)m->text.data[at] != behind);
  spend(m, (at - c->at) / 16);
  c->at = at;
  return true;
}

/// Goes back to the last choice that is left and takes it otherwise; `*index`
/// becomes the item behind it. False when there is none.
static bool retry(matcher *m, size_t *index, size_t *at) {
  while (m->choice_count > 0) {
    choice *last = &m->choices[m->choice_count - 1];
    int behind = byte_behind(m, last->item);
    bool lazy = m->pattern->items[last->item].repeat == '-';

    spend(m, 1);
    if (lazy ? take_more(m, last, behind) : give_back(m, last, behind)) {
      *index = last->item + 1;
      *at = last->at;
      if (!lazy && last->at == last->low) m->choice_count--;
      return true;
    }
    m->choice_count--;
  }
  return false;
}

/// Matches the whole pattern at `from`; false when it does not match there.
static bool match_at(matcher *m, size_t from) {
  const sf_pattern_item *item;
  size_t index = 0;
  size_t at = from;

  m->choice_count = 0;
  spend(m, 1);
  while (m->code == SHEAF_OK && (item = item_at(m, index))) {
    if (item->kind == SF_ITEM_END) {
      m->match->whole = (sf_range){from, at};
      m->match->count = m->pattern->parser.captures;
      return true;
    }
    if (take(m, index, &at))
      index++;
    else if (!retry(m, &index, &at))
      return false;
  }
  return false;
}

/// The first item that does not fit everywhere; NULL when it is one of those
/// that are not worth a search.
static const sf_pattern_item *find_head(matcher *m) {
  const sf_pattern_item *item;
  size_t index = 0;

  while ((item = item_at(m, index)) &&
         (item->kind == SF_ITEM_OPEN || item->kind == SF_ITEM_POSITION))
    index++;
  if (!item) return NULL;
  if (item->kind == SF_ITEM_LITERAL || item->kind == SF_ITEM_FRONTIER)
    return item;
  if (item->kind == SF_ITEM_SET && (item->repeat == 1 || item->repeat == '+'))
    return item;
  return NULL;
}

static size_t find_literal(const matcher *m, sf_range literal, size_t at) {
  const char *found = NULL;

  if (at < m->text.size)
    found = memmem(m->text.data + at, m->text.size - at,
                   m->pattern->parser.pattern.data + literal.from,
                   literal.to - literal.from);
  return found ? (size_t)(found - m->text.data) : m->text.size + 1;
}

/// Bytes that are looked at one by one before it pays to make a class.
#define NEAR 8

static size_t find_set(const matcher *m, const sf_byte_set *set, size_t at) {
  sf_byte_class class;
  size_t near = m->text.size - at < NEAR ? m->text.size : at + NEAR;

  while (at < near && !sf_set_has(set, m->text.data[at])) at++;
  if (at == near && at < m->text.size) {
    sf_byte_class_init(&class, set);
    at = sf_byte_class_find(&class, m->text, at);
  }
  return at < m->text.size ? at : m->text.size + 1;
}

/// The first place from `at` on where `head` fits; behind the text when there
/// is none.
static size_t skip_to_head(const matcher *m, const sf_pattern_item *head,
                           size_t at) {
  switch (head->kind) {
    case SF_ITEM_LITERAL:
      return find_literal(m, head->literal, at);
    case SF_ITEM_FRONTIER:
      while (at <= m->text.size && !take_frontier(m, head, at)) at++;
      return at;
    default:
      return find_set(m, &head->set, at);
  }
}

static int search(matcher *m, size_t at) {
  const sf_pattern_item *head;

  if (m->pattern->anchored) {
    if (match_at(m, at)) return SHEAF_OK;
    return m->code == SHEAF_OK ? SHEAF_END : m->code;
  }
  head = find_head(m);
  for (; m->code == SHEAF_OK; at++) {
    if (head) at = skip_to_head(m, head, at);
    if (at > m->text.size) return SHEAF_END;
    if (match_at(m, at)) return SHEAF_OK;
  }
  return m->code;
}

// --- Patterns --------------------------------------------------------------

static int check_size(sheaf_bytes pattern, sheaf_error *error) {
  if (pattern.size <= MAX_PATTERN) return SHEAF_OK;
  return sf_fail(error, SHEAF_ELIMIT, NULL,
                 "pattern too complex: %zu bytes, at most %d are allowed",
                 pattern.size, MAX_PATTERN);
}

static void init(sf_pattern *p, sheaf_bytes pattern, sf_pattern_item *items) {
  p->parser = (sf_pattern_parser){.pattern = pattern};
  p->anchored = pattern.size > 0 && pattern.data[0] == '^';
  if (p->anchored) p->parser.at = 1;
  p->item_count = 0;
  p->items = items;
}

int sf_pattern_new(sf_pattern **out, sheaf_bytes pattern, sheaf_error *error) {
  size_t room = (pattern.size + 1) * sizeof(sf_pattern_item);
  sf_pattern *p;
  int code = check_size(pattern, error);

  *out = NULL;
  if (code != SHEAF_OK) return code;
  p = malloc(sizeof *p + room + pattern.size);
  if (!p) return sf_no_memory(error);
  char *copy = (char *)(p + 1) + room;
  if (pattern.size > 0) memcpy(copy, pattern.data, pattern.size);
  init(p, (sheaf_bytes){copy, pattern.size}, (sf_pattern_item *)(p + 1));
  *out = p;
  return SHEAF_OK;
}

void sf_pattern_free(sf_pattern *pattern) {
  free(pattern);
}

sheaf_bytes sf_pattern_source(const sf_pattern *pattern) {
  return pattern->parser.pattern;
}

int sf_pattern_match(sf_pattern *pattern, sheaf_bytes text, size_t at,
                     sf_interrupt interrupt, void *context, sf_match *match,
                     sheaf_error *error) {
  matcher m;

  if (at > text.size) return SHEAF_END;
  m.text = text;
  m.pattern = pattern;
  m.steps = STEPS;
  m.interrupt = interrupt;
  m.context = context;
  m.match = match;
  m.code = SHEAF_OK;
  m.error = error;
  return search(&m, at);
}

int sf_pattern_find(sheaf_bytes text, size_t at, sheaf_bytes pattern,
                    sf_interrupt interrupt, void *context, sf_match *match,
                    sheaf_error *error) {
  sf_pattern_item items[INLINE_ITEMS];
  sf_pattern small, *p = &small;
  int code = SHEAF_OK;

  if (pattern.size < INLINE_ITEMS)
    init(p, pattern, items);
  else
    code = sf_pattern_new(&p, pattern, error);
  if (code != SHEAF_OK) return code;
  code = sf_pattern_match(p, text, at, interrupt, context, match, error);
  if (p != &small) sf_pattern_free(p);
  return code;
}
