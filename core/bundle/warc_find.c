/// WARC: finding where records begin, behind damage and wrong lengths too.
#include <string.h>

#include "bundle/warc.h"

#define PIECE ((size_t)64 << 10)

/// Bytes by which a record is known.
#define MARK ((size_t)7)

bool sf_warc_begins(sheaf_bytes text) {
  return text.size >= MARK && !memcmp(text.data, "WARC/", 5) &&
         text.data[5] >= '0' && text.data[5] <= '9' && text.data[6] == '.';
}

// Views what can be read from byte `from` on, up to a piece. False where there
// is damage within the next few bytes.
static bool view_piece(sf_file *file, uint64_t from, sheaf_bytes *piece) {
  uint64_t left = sf_file_size(file) - from;
  size_t size = left < PIECE ? (size_t)left : PIECE;
  while (size >= MARK && sf_file_view(file, from, size, piece, NULL)) size /= 2;
  return size >= MARK;
}

// Where in the text a line begins a record; its size: nowhere. Whether the text
// itself begins a line the caller knows.
static size_t find_in(sheaf_bytes text, bool begins_line) {
  for (size_t at = 0; text.size - at >= MARK; at++) {
    const char *found = memmem(text.data + at, text.size - at, "WARC/", 5);
    if (!found) break;
    at = (size_t)(found - text.data);
    bool begins = at ? found[-1] == '\n' : begins_line;
    if (begins && sf_warc_begins((sheaf_bytes){found, text.size - at}))
      return at;
  }
  return text.size;
}

uint64_t sf_warc_find(sf_file *file, uint64_t from) {
  uint64_t all = sf_file_size(file);
  bool begins_line = true;
  from = sf_file_resume(file, from);
  while (all - from >= MARK) {
    sheaf_bytes piece;
    if (!view_piece(file, from, &piece)) {
      from = sf_file_resume(file, from + 1);
      begins_line = true;  // As far as anybody knows.
      continue;
    }
    size_t place = find_in(piece, begins_line);
    if (place < piece.size) return from + place;
    // The next piece begins with the last bytes that could have been a mark.
    size_t step = piece.size > MARK ? piece.size - MARK : 1;
    begins_line = piece.data[step - 1] == '\n';
    from += step;
  }
  return all;
}

bool sf_warc_follows(sf_file *file, uint64_t *at) {
  uint64_t all = sf_file_size(file);
  size_t size = (size_t)(all - *at < SF_WARC_PEEK ? all - *at : SF_WARC_PEEK),
         skipped = 0;
  sheaf_bytes text;
  if (sf_file_view(file, *at, size, &text, NULL)) {
    // Right behind it the stream is damaged: then this was its end.
    bool ends = sf_file_view(file, *at, size < 4 ? size : 4, &text, NULL) == 0;
    if (!ends) return false;
    size = text.size;
  }
  while (skipped < size && skipped < 8 &&
         (text.data[skipped] == '\r' || text.data[skipped] == '\n'))
    skipped++;
  *at += skipped;
  text = (sheaf_bytes){text.data + skipped, size - skipped};
  return *at >= all || sf_warc_begins(text) ||
         (skipped >= 2 && text.size < MARK);
}
