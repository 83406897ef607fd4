/// Indexes of gzip streams: restart points, and what is wrong where.
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

#include "io/gzip.h"

// --- Life ------------------------------------------------------------------

int sf_gzip_index_init(sf_gzip_index *index, bool spill, sheaf_error *error) {
  *index = (sf_gzip_index){.windows = -1};
  if (!spill) return SHEAF_OK;
  index->windows = sf_file_temporary(error);
  return index->windows < 0 ? SHEAF_EWRITE : SHEAF_OK;
}

void sf_gzip_index_clear(sf_gzip_index *index) {
  if (index->windows >= 0) close(index->windows);
  sf_buffer_clear(&index->points);
  sf_buffer_clear(&index->flaws);
  sf_buffer_clear(&index->memory);
  *index = (sf_gzip_index){.windows = -1};
}

// --- Points ----------------------------------------------------------------

// Stores the window packed: text takes a third of its size.
static int store_window(sf_gzip_index *index, sf_gzip_point *point,
                        sheaf_bytes window, sheaf_error *error) {
  Bytef packed[SF_GZIP_WINDOW + SF_GZIP_WINDOW / 8];
  uLongf size = sizeof packed;
  if (compress2(packed, &size, (const Bytef *)window.data, window.size, 1) !=
      Z_OK)
    return sf_no_memory(error);
  point->window = index->windows_size;
  point->window_packed = (uint32_t)size;
  point->window_size = (uint32_t)window.size;
  point->window_crc = sf_crc32(0, window.data, window.size);
  index->windows_size += size;
  if (index->windows >= 0)
    return sf_write_all(index->windows, "index of a compressed file",
                        (const char *)packed, size, error);
  sf_buffer_append(&index->memory, (const char *)packed, size);
  return index->memory.failed ? sf_no_memory(error) : SHEAF_OK;
}

int sf_gzip_add_point(sf_gzip_index *index, sf_gzip_point point,
                      sheaf_bytes window, sheaf_error *error) {
  int code = SHEAF_OK;
  if (window.size) code = store_window(index, &point, window, error);
  if (code) return code;
  sf_buffer_append(&index->points, (const char *)&point, sizeof point);
  return index->points.failed ? sf_no_memory(error) : SHEAF_OK;
}

const sf_gzip_point *sf_gzip_point_before(const sf_gzip_index *index,
                                          uint64_t offset) {
  const sf_gzip_point *points = (const sf_gzip_point *)index->points.data;
  size_t low = 0, high = index->points.size / sizeof *points;
  while (high - low > 1) {
    size_t middle = low + (high - low) / 2;
    if (points[middle].out <= offset)
      low = middle;
    else
      high = middle;
  }
  return &points[low];
}

static int damaged(sheaf_error *error) {
  return sf_fail(error, SHEAF_EDAMAGED, NULL, "its index is damaged");
}

int sf_gzip_read_window(const sf_gzip_index *index, const sf_gzip_point *point,
                        char *window, sheaf_error *error) {
  char copy[SF_GZIP_WINDOW + SF_GZIP_WINDOW / 8];
  const char *packed = copy;
  size_t size = point->window_packed, got = 0;
  uLongf unpacked = SF_GZIP_WINDOW;
  if (size > sizeof copy || point->window + size > index->windows_size)
    return damaged(error);
  if (index->windows < 0) packed = index->memory.data + point->window;
  while (index->windows >= 0 && got < size) {
    ssize_t n = pread(index->windows, copy + got, size - got,
                      (off_t)(point->window + got));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return damaged(error);
    got += (size_t)n;
  }
  if (uncompress((Bytef *)window, &unpacked, (const Bytef *)packed, size) !=
          Z_OK ||
      unpacked != point->window_size ||
      sf_crc32(0, window, unpacked) != point->window_crc)
    return damaged(error);
  return SHEAF_OK;
}

// --- Flaws -----------------------------------------------------------------

const sf_gzip_flaw *sf_gzip_flaw_after(const sf_gzip_index *index,
                                       uint64_t offset) {
  const sf_gzip_flaw *flaws = (const sf_gzip_flaw *)index->flaws.data;
  size_t low = 0, high = index->flaws.size / sizeof *flaws;
  size_t count = high;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (flaws[middle].to <= offset)
      low = middle + 1;
    else
      high = middle;
  }
  return low < count ? &flaws[low] : NULL;
}
