/// Spans in layers, one a kind, sorted when they are read.
#include "doc/spans.h"

#include <stdlib.h>
#include <string.h>

#define CHUNK_SIZE ((size_t)16 << 10)

struct sf_chunk {
  sf_chunk *next;
  size_t used;
  size_t size;
  char data[];
};

// --- Attributes ------------------------------------------------------------

static sf_chunk *add_chunk(sf_spans *spans, size_t least) {
  size_t size = least > CHUNK_SIZE ? least : CHUNK_SIZE;
  if (size > SIZE_MAX - sizeof(sf_chunk)) return NULL;
  sf_chunk *chunk = malloc(sizeof *chunk + size);
  if (!chunk) return NULL;
  *chunk = (sf_chunk){.next = spans->chunks, .size = size};
  spans->chunks = chunk;
  spans->memory += sizeof *chunk + size;
  return chunk;
}

static const char *keep(sf_spans *spans, const char *data, size_t size) {
  if (size == 2) return "{}";
  sf_chunk *chunk = spans->chunks;
  if (!chunk || size > chunk->size - chunk->used)
    chunk = add_chunk(spans, size);
  if (!chunk) return NULL;
  char *copy = chunk->data + chunk->used;
  memcpy(copy, data, size);
  chunk->used += size;
  return copy;
}

// --- Layers ----------------------------------------------------------------

// The place of `kind` among the layers, or where it would be.
static size_t place_of(const sf_spans *spans, const char *kind, bool *found) {
  size_t low = 0, high = spans->count;
  *found = false;
  while (low < high && !*found) {
    size_t middle = low + (high - low) / 2;
    int order = strcmp(kind, spans->layers[middle].kind);
    if (order == 0) *found = true;
    if (order > 0)
      low = middle + 1;
    else
      high = middle;
  }
  return high;
}

static sf_layer *insert_layer(sf_spans *spans, size_t place, const char *kind) {
  if (spans->count == spans->capacity) {
    size_t capacity = spans->capacity ? 2 * spans->capacity : 16;
    sf_layer *layers = realloc(spans->layers, capacity * sizeof *layers);
    if (!layers) return NULL;
    spans->layers = layers;
    spans->capacity = capacity;
  }
  char *name = sf_strndup(kind, strlen(kind));
  if (!name) return NULL;
  sf_layer *layer = &spans->layers[place];
  memmove(layer + 1, layer, (spans->count - place) * sizeof *layer);
  *layer = (sf_layer){.kind = name, .sorted = true};
  spans->count++;
  return layer;
}

// Text order: by start, the longer one first, then as they were added.
static int compare(const void *left, const void *right) {
  const sf_span *a = left, *b = right;
  if (a->from != b->from) return a->from < b->from ? -1 : 1;
  if (a->to != b->to) return a->to > b->to ? -1 : 1;
  return a->serial < b->serial ? -1 : a->serial > b->serial;
}

static bool append(sf_spans *spans, sf_layer *layer, sf_span span) {
  if (layer->count == layer->capacity) {
    size_t capacity = layer->capacity ? 2 * layer->capacity : 16;
    sf_span *grown = realloc(layer->spans, capacity * sizeof *grown);
    if (!grown) return false;
    spans->memory += (capacity - layer->capacity) * sizeof *grown;
    layer->spans = grown;
    layer->capacity = capacity;
  }
  if (layer->count && compare(&layer->spans[layer->count - 1], &span) > 0)
    layer->sorted = false;
  layer->spans[layer->count++] = span;
  return true;
}

void sf_layer_sort(sf_layer *layer) {
  if (layer->sorted) return;
  qsort(layer->spans, layer->count, sizeof *layer->spans, compare);
  layer->sorted = true;
}

// --- All spans of a document -----------------------------------------------

bool sf_spans_add(sf_spans *spans, const char *kind, sf_span span) {
  bool found;
  size_t place = place_of(spans, kind, &found);
  sf_layer *layer =
      found ? &spans->layers[place] : insert_layer(spans, place, kind);
  if (!layer) return false;
  span.attributes = keep(spans, span.attributes, span.attributes_size);
  span.serial = spans->next_serial;
  if (!span.attributes || !append(spans, layer, span)) return false;
  spans->next_serial++;
  return true;
}

sf_layer *sf_spans_layer(sf_spans *spans, const char *kind) {
  bool found;
  size_t place = place_of(spans, kind, &found);
  if (!found) return NULL;
  sf_layer_sort(&spans->layers[place]);
  return &spans->layers[place];
}

static void rollback_layer(sf_layer *layer, uint64_t next_serial) {
  size_t kept = 0;
  for (size_t i = 0; i < layer->count; i++)
    if (layer->spans[i].serial < next_serial)
      layer->spans[kept++] = layer->spans[i];
  layer->count = kept;
}

static void clear_layer(sf_layer *layer) {
  free(layer->kind);
  free(layer->spans);
}

void sf_spans_rollback(sf_spans *spans, uint64_t next_serial) {
  size_t kept = 0;
  for (size_t i = 0; i < spans->count; i++) {
    rollback_layer(&spans->layers[i], next_serial);
    if (spans->layers[i].count)
      spans->layers[kept++] = spans->layers[i];
    else
      clear_layer(&spans->layers[i]);
  }
  spans->count = kept;
  spans->next_serial = next_serial;
}

void sf_spans_clear(sf_spans *spans) {
  for (size_t i = 0; i < spans->count; i++) clear_layer(&spans->layers[i]);
  free(spans->layers);
  while (spans->chunks) {
    sf_chunk *next = spans->chunks->next;
    free(spans->chunks);
    spans->chunks = next;
  }
  *spans = (sf_spans){0};
}
