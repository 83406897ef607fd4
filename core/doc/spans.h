/// The spans of one document. Private to this module.
#ifndef SF_SPANS_H
#define SF_SPANS_H

#include "base/base.h"

typedef struct {
  size_t from;
  size_t to;
  uint64_t serial;         ///< Counts the spans in the order of their making.
  const char *plugin;      ///< Borrowed.
  const char *attributes;  ///< JSON in the arena, or "{}".
  size_t attributes_size;
} sf_span;

/// The spans of one kind.
typedef struct {
  char *kind;  ///< Owned.
  sf_span *spans;
  size_t count;
  size_t capacity;
  bool sorted;
} sf_layer;

/// A piece of memory whose contents never move.
typedef struct sf_chunk sf_chunk;

/// All spans of a document, by kind; layers are sorted by their kind's name.
/// Start from a zeroed struct.
typedef struct {
  sf_layer *layers;
  size_t count;
  size_t capacity;
  sf_chunk *chunks;
  size_t memory;  ///< Bytes taken.
  uint64_t next_serial;
} sf_spans;

/// Adds a span and copies its attributes. False when there is no memory.
bool sf_spans_add(sf_spans *spans, const char *kind, sf_span span);

/// Finds the layer of `kind`, its spans in text order; NULL when none.
sf_layer *sf_spans_layer(sf_spans *spans, const char *kind);

/// Puts a layer's spans in text order.
void sf_layer_sort(sf_layer *layer);

/// Removes the spans whose serial is `next_serial` or more.
void sf_spans_rollback(sf_spans *spans, uint64_t next_serial);
void sf_spans_clear(sf_spans *spans);

#endif
