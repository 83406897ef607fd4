/// Media types: what kind of document some bytes are, by their first ones and
/// by the ending of a name.
#include <string.h>
#include <strings.h>

#include "text/text.h"

#define HEAD ((size_t)1024)  // So much of the beginning is looked at.

// --- Signatures ------------------------------------------------------------

typedef struct {
  const char *bytes;
  size_t size;
  const char *type;
} signature;

#define SIGNATURE(bytes, type) \
  { bytes, sizeof(bytes) - 1, type }

// From the WHATWG's "MIME Sniffing" and the formats' own descriptions.
static const signature signatures[] = {
    SIGNATURE("%PDF-", "application/pdf"),
    SIGNATURE("{\\rtf", "application/rtf"),
    SIGNATURE("%!PS-Adobe-", "application/postscript"),
    SIGNATURE("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "application/x-ole-storage"),
    SIGNATURE("\x89PNG\r\n\x1A\n", "image/png"),
    SIGNATURE("\xFF\xD8\xFF", "image/jpeg"),
    SIGNATURE("GIF87a", "image/gif"),
    SIGNATURE("GIF89a", "image/gif"),
    SIGNATURE("II*\0", "image/tiff"),
    SIGNATURE("MM\0*", "image/tiff"),
    SIGNATURE("SQLite format 3\0", "application/vnd.sqlite3"),
    SIGNATURE("\x7F"
              "ELF",
              "application/x-elf"),
    SIGNATURE("\x1F\x8B\x08", "application/gzip"),
    SIGNATURE("7z\xBC\xAF\x27\x1C", "application/x-7z-compressed"),
    SIGNATURE("Rar!\x1A\x07", "application/vnd.rar"),
    SIGNATURE("\xFD"
              "7zXZ\0",
              "application/x-xz"),
    SIGNATURE("\x28\xB5\x2F\xFD", "application/zstd"),
    SIGNATURE("MSCF\0\0\0\0", "application/vnd.ms-cab-compressed"),
    SIGNATURE("ID3", "audio/mpeg"),
    SIGNATURE("OggS\0", "application/ogg"),
};

static bool begins(sheaf_bytes content, const char *with, size_t size) {
  return content.size >= size && *content.data == *with &&
         memcmp(content.data, with, size) == 0;
}

static bool contains(sheaf_bytes content, const char *text) {
  return content.size && memmem(content.data, content.size, text, strlen(text));
}

// --- Documents that are zips -----------------------------------------------

static sheaf_bytes tail_of(sheaf_bytes content) {
  size_t size = content.size < SF_MEDIA_TAIL ? content.size : SF_MEDIA_TAIL;
  return (sheaf_bytes){content.data + content.size - size, size};
}

// What Sheaf has packed is a bundle, whatever its members are.
static bool is_packed_bundle(sheaf_bytes tail) {
  return contains(tail, "META-INF/sheaf.json");
}

// How packages of Office Open XML begin, whichever program wrote them. Only
// then the rest is looked at: there may be one within a zip of other things.
static bool is_package(sheaf_bytes head) {
  static const char *const firsts[] = {
      "[Content_Types].xml", "_rels/", "docProps/", "word/", "xl/", "ppt/"};
  const size_t name = 30;
  if (head.size < name) return false;
  sheaf_bytes rest = {head.data + name, head.size - name};
  for (size_t i = 0; i < SF_COUNT(firsts); i++)
    if (begins(rest, firsts[i], strlen(firsts[i]))) return true;
  return false;
}

#define OPEN_XML "application/vnd.openxmlformats-officedocument."

// Office Open XML (ECMA-376) is told by the names in the zip's directory.
static const char *open_xml_type(sheaf_bytes head, sheaf_bytes tail) {
  static const signature parts[] = {
      SIGNATURE("word/document.xml", OPEN_XML "wordprocessingml.document"),
      SIGNATURE("xl/workbook.xml", OPEN_XML "spreadsheetml.sheet"),
      SIGNATURE("ppt/presentation.xml", OPEN_XML "presentationml.presentation"),
  };
  if (!is_package(head)) return NULL;
  for (size_t i = 0; i < SF_COUNT(parts); i++)
    if (contains(tail, parts[i].bytes)) return parts[i].type;
  return NULL;
}

// OpenDocument and EPUB say their type in a first member that is stored.
static const char *stored_type(sheaf_bytes content) {
  static const char *const types[] = {
      "application/epub+zip", "application/vnd.oasis.opendocument.text",
      "application/vnd.oasis.opendocument.spreadsheet",
      "application/vnd.oasis.opendocument.presentation"};
  const size_t name = 30, value = 38;
  if (content.size < value || memcmp(content.data + name, "mimetype", 8))
    return NULL;
  sheaf_bytes rest = {content.data + value, content.size - value};
  for (size_t i = 0; i < SF_COUNT(types); i++)
    if (begins(rest, types[i], strlen(types[i]))) return types[i];
  return NULL;
}

static const char *zip_type(sheaf_bytes content) {
  if (is_packed_bundle(tail_of(content))) return "application/zip";
  const char *type = stored_type(content);
  if (!type) type = open_xml_type(content, tail_of(content));
  return type ? type : "application/zip";
}

bool sf_media_is_zipped_document(sheaf_bytes head, sheaf_bytes tail) {
  if (is_packed_bundle(tail)) return false;
  const char *type = stored_type(head);
  if (type) return strcmp(type, "application/epub+zip") != 0;
  return open_xml_type(head, tail) != NULL;
}

// A tar file begins with a name; the magic number is behind that: as POSIX has
// it, or as GNU tar does. A text may have the letters there, but no NUL.
static bool is_tar(sheaf_bytes content) {
  static const char posix[] = "ustar", gnu[] = "ustar  ";
  const size_t at = 257;
  if (content.size < at + sizeof gnu) return false;
  const char *magic = content.data + at;
  return !memcmp(magic, posix, sizeof posix) || !memcmp(magic, gnu, sizeof gnu);
}

static bool is_bzip2(sheaf_bytes content) {
  const size_t block = 4;  // Behind "BZh" and a digit.
  return content.size > block + 6 && begins(content, "BZh", 3) &&
         memcmp(content.data + block, "1AY&SY", 6) == 0;
}

const char *sf_media_signature(sheaf_bytes content) {
  if (begins(content, "PK\3\4", 4)) return zip_type(content);
  for (size_t i = 0; i < SF_COUNT(signatures); i++)
    if (begins(content, signatures[i].bytes, signatures[i].size))
      return signatures[i].type;
  if (is_bzip2(content)) return "application/x-bzip2";
  return is_tar(content) ? "application/x-tar" : NULL;
}

// --- Names -----------------------------------------------------------------

const char *sf_media_ending(sheaf_bytes name) {
  static const struct {
    const char *ending, *type;
  } types[] = {
      {".txt", "text/plain"},
      {".text", "text/plain"},
      {".md", "text/markdown"},
      {".markdown", "text/markdown"},
      {".html", "text/html"},
      {".htm", "text/html"},
      {".xhtml", "application/xhtml+xml"},
      {".csv", "text/csv"},
      {".tsv", "text/tab-separated-values"},
      {".json", "application/json"},
      {".xml", "application/xml"},
      {".svg", "image/svg+xml"},
      {".css", "text/css"},
      {".js", "text/javascript"},
  };
  for (size_t i = 0; i < SF_COUNT(types); i++) {
    size_t size = strlen(types[i].ending);
    if (name.size > size &&
        !strncasecmp(name.data + name.size - size, types[i].ending, size))
      return types[i].type;
  }
  return NULL;
}

// --- Markup ----------------------------------------------------------------

static sheaf_bytes skip_space(sheaf_bytes content) {
  if (begins(content, "\xEF\xBB\xBF", 3)) {
    content.data += 3;
    content.size -= 3;
  }
  while (content.size && strchr(" \t\r\n\f", *content.data) && *content.data) {
    content.data++;
    content.size--;
  }
  return content;
}

static bool begins_tag(sheaf_bytes content, const char *tag) {
  size_t size = strlen(tag);
  return content.size > size && !strncasecmp(content.data, tag, size) &&
         strchr(" \t\r\n\f>", content.data[size]);
}

const char *sf_media_markup(sheaf_bytes content) {
  content = skip_space(content);
  if (content.size > HEAD) content.size = HEAD;
  if (begins_tag(content, "<!doctype html") || begins_tag(content, "<html"))
    return "text/html";
  if (!begins(content, "<?xml", 5)) return NULL;
  return contains(content, "<html") ? "application/xhtml+xml"
                                    : "application/xml";
}

// --- Kinds of types --------------------------------------------------------

static bool ends(const char *text, const char *with) {
  size_t size = strlen(text), end = strlen(with);
  return size >= end && strcmp(text + size - end, with) == 0;
}

bool sf_media_is_text(const char *type) {
  static const char *const others[] = {
      "application/json",     "application/xml", "application/javascript",
      "application/x-ndjson", "application/sql", "application/x-tex"};
  if (strncmp(type, "text/", 5) == 0) return true;
  for (size_t i = 0; i < SF_COUNT(others); i++)
    if (strcmp(type, others[i]) == 0) return true;
  return ends(type, "+xml") || ends(type, "+json");
}
