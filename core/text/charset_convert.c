/// Converting charsets by the C library, and guessing them by libuchardet.
#include <errno.h>
#include <iconv.h>
#include <stdint.h>

#include "text/charset.h"

#define PIECE ((size_t)64 << 10)
#define GUESS_BYTES \
  ((size_t)256 << 10)  // Of the beginning; more tells no more.

// --- Converting ------------------------------------------------------------

static void put_replacement(sheaf_bytes *rest, sf_buffer *out) {
  rest->data++;
  rest->size--;
  sf_buffer_append(out, "\xEF\xBF\xBD", 3);
}

// Converts until something is damaged, or all is done. False without memory.
static bool convert_some(iconv_t converter, sheaf_bytes *rest, sf_buffer *out) {
  for (;;) {
    char *room = sf_buffer_reserve(out, PIECE);
    if (!room) return false;
    char *from = (char *)rest->data, *to = room;
    size_t left = PIECE;
    size_t done = iconv(converter, &from, &rest->size, &to, &left);
    int failure = done == (size_t)-1 ? errno : 0;
    out->size += PIECE - left;
    rest->data = from;
    if (failure != E2BIG) return true;
  }
}

size_t sf_charset_convert(const sf_charset *charset, sheaf_bytes content,
                          sf_buffer *out) {
  iconv_t converter = iconv_open("UTF-8", charset->iconv);
  size_t damaged = 0;
  if (converter == (iconv_t)-1) return SIZE_MAX;
  while (convert_some(converter, &content, out) && content.size) {
    damaged++;
    put_replacement(&content, out);
  }
  iconv_close(converter);
  return damaged;
}

// --- Guessing --------------------------------------------------------------

/// uchardet.h, as far as it is needed.
typedef struct {
  void *(*create)(void);
  void (*delete)(void *);
  int (*handle_data)(void *, const char *, size_t);
  void (*data_end)(void *);
  const char *(*get_charset)(void *);
} uchardet;

static bool open_uchardet(uchardet *to) {
  void *library = sf_library_open("libuchardet.so.0");
  return library && sf_library_symbol(library, "uchardet_new", &to->create) &&
         sf_library_symbol(library, "uchardet_delete", &to->delete) &&
         sf_library_symbol(library, "uchardet_handle_data", &to->handle_data) &&
         sf_library_symbol(library, "uchardet_data_end", &to->data_end) &&
         sf_library_symbol(library, "uchardet_get_charset", &to->get_charset);
}

const sf_charset *sf_charset_guess(sheaf_bytes content) {
  uchardet library;
  if (!open_uchardet(&library)) return NULL;
  void *detector = library.create();
  if (!detector) return NULL;
  size_t size = content.size < GUESS_BYTES ? content.size : GUESS_BYTES;
  bool failed = library.handle_data(detector, content.data, size) != 0;
  library.data_end(detector);
  const sf_charset *found = NULL;
  if (!failed) found = sf_charset_find(sf_bytes(library.get_charset(detector)));
  library.delete(detector);
  return found;
}
