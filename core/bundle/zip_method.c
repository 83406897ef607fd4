/// Zip: the methods of compression that libarchive unpacks. To it the packed
/// data are a file of their own: a stream, or for PPMd, of which there are no
/// streams, a zip of one entry.
#include <stdlib.h>

#include "bundle/zip.h"

#define PIECE ((size_t)64 << 10)

/// The header of an lzma stream, which zip has in another form: in zip, two
/// bytes with a version and two with the size of the properties come first, and
/// what the properties begin with is the same.
enum {
  ZIP_LZMA = 4 + 5,    ///< Bytes before the data in a zip,
  ALONE_LZMA = 5 + 8,  ///< and in a stream.
  DICTIONARY_LEAST = 4096,
  HAS_END = 2,  ///< Flag of an entry: a mark ends the data.
};

/// The header of a zip's entry whose name is one letter.
enum { ALONE_ZIP = SF_ZIP_LOCAL_SIZE + 1 };

/// The file that libarchive sees.
typedef struct {
  sf_file *file;  ///< Borrowed.
  uint64_t offset;
  char head[ALONE_ZIP];
  size_t head_size;
} packed_file;

static bool find_kind(unsigned method, sf_archive_kind *kind) {
  static const struct {
    unsigned method;
    sf_archive_kind kind;
  } kinds[] = {{12, SF_ARCHIVE_BZIP2},
               {14, SF_ARCHIVE_LZMA},
               {93, SF_ARCHIVE_ZSTD},
               {95, SF_ARCHIVE_XZ},
               {98, SF_ARCHIVE_ZIP}};
  for (size_t i = 0; i < SF_COUNT(kinds); i++)
    if (kinds[i].method == method) {
      *kind = kinds[i].kind;
      return true;
    }
  return false;
}

bool sf_zip_method_is_known(unsigned method) {
  sf_archive_kind kind;
  return method == SF_ZIP_STORED || method == SF_ZIP_DEFLATED ||
         find_kind(method, &kind);
}

// --- The file --------------------------------------------------------------

static int read_packed(void *context, uint64_t offset, char *out, size_t size,
                       size_t *got, sheaf_error *error) {
  packed_file *from = context;
  if (offset < from->head_size) {
    size_t left = from->head_size - (size_t)offset;
    *got = size < left ? size : left;
    memcpy(out, from->head + offset, *got);
    return SHEAF_OK;
  }
  *got = size;
  return sf_file_read(from->file, from->offset + offset - from->head_size, out,
                      size, error);
}

// Whether the zip itself is damaged is asked of it, not of this.
static const sf_file_source source = {.read = read_packed, .close = free};

static void put_number(char *out, uint64_t number, int size) {
  for (int i = 0; i < size; i++) out[i] = (char)(number >> 8 * i);
}

// More than all of the content a dictionary need not hold, whatever it says.
static void put_lzma_head(packed_file *to, const char *head,
                          const sf_zip_entry *entry) {
  uint64_t dictionary = sf_le32(head + 5), size = entry->size;
  if (size < DICTIONARY_LEAST) size = DICTIONARY_LEAST;
  if (dictionary > size) dictionary = size;
  to->head[0] = head[4];
  put_number(to->head + 1, dictionary, 4);
  put_number(to->head + 5, entry->flags & HAS_END ? UINT64_MAX : entry->size,
             8);
  to->head_size = ALONE_LZMA;
}

static int take_lzma_head(packed_file *to, const sf_zip_entry *entry,
                          sheaf_error *error) {
  sheaf_bytes head = {"", 0};
  bool fits = entry->packed_size >= ZIP_LZMA;
  int code = fits ? sf_file_view(to->file, to->offset, ZIP_LZMA, &head, error)
                  : SHEAF_OK;
  if (code) return code;
  if (!fits || sf_le16(head.data + 2) != 5)
    return sf_fail(error, SHEAF_EDAMAGED, NULL,
                   "the properties of lzma are missing");
  put_lzma_head(to, head.data, entry);
  to->offset += ZIP_LZMA;
  return SHEAF_OK;
}

static int put_zip_head(packed_file *to, const sf_zip_entry *entry,
                        sheaf_error *error) {
  if (entry->size >= UINT32_MAX || entry->packed_size >= UINT32_MAX)
    return sf_fail(error, SHEAF_EUNSUPPORTED, NULL,
                   "4 GiB and more are not read with this method");
  char *head = to->head;
  memcpy(head, "PK\3\4", 4);
  put_number(head + 4, 63, 2);  // The version that the method takes.
  put_number(head + 8, entry->method, 2);
  put_number(head + 14, entry->crc32, 4);
  put_number(head + 18, entry->packed_size, 4);
  put_number(head + 22, entry->size, 4);
  put_number(head + 26, 1, 2);
  head[SF_ZIP_LOCAL_SIZE] = '-';
  to->head_size = ALONE_ZIP;
  return SHEAF_OK;
}

static int open_packed(const sf_zip_content *from, uint64_t offset,
                       sf_archive_kind kind, sf_file **out,
                       sheaf_error *error) {
  const sf_zip_entry *entry = from->entry;
  packed_file *packed = calloc(1, sizeof *packed);
  if (!packed) return sf_no_memory(error);
  packed->file = from->source->file;
  packed->offset = offset;
  int code = SHEAF_OK;
  if (kind == SF_ARCHIVE_LZMA) code = take_lzma_head(packed, entry, error);
  if (kind == SF_ARCHIVE_ZIP) code = put_zip_head(packed, entry, error);
  if (code) {
    free(packed);
    return code;
  }
  uint64_t data = entry->packed_size - (packed->offset - offset);
  return sf_file_virtual(out, from->source->path, packed->head_size + data, 0,
                         &source, packed, error);
}

// --- Unpacking -------------------------------------------------------------

static int unpack(sf_file *packed, sf_archive_kind kind, sf_isolation *how,
                  sheaf_sink sink, void *context, sheaf_error *error) {
  sf_isolate *stream;
  sf_archive_entry entry;
  char piece[PIECE];
  size_t got;
  uint64_t offset;
  int code = sf_isolate_open(&stream, packed, kind, how, error);
  if (code) return code;
  code = sf_isolate_next(stream, &entry, &offset, error);
  while (!code) {
    code = sf_isolate_read(stream, piece, sizeof piece, &got, error);
    if (!code) code = sink(context, piece, got);
  }
  sf_isolate_close(stream);
  return code == SHEAF_END ? SHEAF_OK : code;
}

int sf_zip_unpack(const sf_zip_content *from, uint64_t offset, sheaf_sink sink,
                  void *context, sheaf_error *error) {
  sf_archive_kind kind = SF_ARCHIVE_STREAM;
  sf_isolation here = {.stall = 0}, *how = &here;
  sf_file *packed;
  find_kind(from->entry->method, &kind);
  int code = open_packed(from, offset, kind, &packed, error);
  if (code) return code;
  // Streams are the business of liblzma and the like, which need no guard.
  if (kind == SF_ARCHIVE_ZIP) how = from->source->isolation;
  code = unpack(packed, kind, how, sink, context, error);
  sf_file_close(packed);
  return code;
}
