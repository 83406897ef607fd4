/// Finds the items that come first, by a heap of the best so far (Knuth, The
/// Art of Computer Programming, 5.2.3).
#include "base/base.h"

/// Items of which each comes behind its two children, at twice its place.
typedef struct {
  const void **items;
  size_t count;
  sf_order order;
  const void *context;
} heap;

/// Lets `item` sink from `at`, whose own item was taken out.
static void sink(heap *h, size_t at, const void *item) {
  for (size_t child; (child = 2 * at + 1) < h->count; at = child) {
    if (child + 1 < h->count &&
        h->order(h->items[child], h->items[child + 1], h->context) < 0)
      child++;
    if (h->order(item, h->items[child], h->context) >= 0) break;
    h->items[at] = h->items[child];
  }
  h->items[at] = item;
}

static void build(heap *h) {
  for (size_t at = h->count / 2; at-- > 0;) sink(h, at, h->items[at]);
}

/// Takes the last item out again and again.
static void sort(heap *h) {
  while (h->count > 1) {
    const void *item = h->items[--h->count];
    h->items[h->count] = h->items[0];
    sink(h, 0, item);
  }
}

void sf_sort_first(const void **items, size_t count, size_t most,
                   sf_order order, const void *context) {
  heap h = {items, most < count ? most : count, order, context};
  if (h.count == 0) return;
  build(&h);
  for (size_t i = h.count; i < count; i++) {
    const void *item = items[i];
    if (order(item, items[0], context) >= 0) continue;
    items[i] = items[0];
    sink(&h, 0, item);
  }
  sort(&h);
}
