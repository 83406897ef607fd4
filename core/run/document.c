/// Making documents of the contents of members.
#include "run/document.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "text/text.h"

/// The media type that the name's ending tells; the text is read as it is.
static const char *media_type(sheaf_bytes name) {
  static const struct {
    const char *ending, *type;
  } types[] = {
      {".md", "text/markdown"},      {".html", "text/html"},
      {".htm", "text/html"},         {".csv", "text/csv"},
      {".json", "application/json"}, {".xml", "application/xml"},
  };
  for (size_t i = 0; i < SF_COUNT(types); i++) {
    size_t size = strlen(types[i].ending);
    if (name.size > size &&
        !strncasecmp(name.data + name.size - size, types[i].ending, size))
      return types[i].type;
  }
  return "text/plain";
}

/// The media type that the bundle declares, without parameters; where it
/// declares none that makes sense, the one that the name tells.
static int set_media_type(sheaf_doc *doc, const sheaf_member *member,
                          sheaf_error *error) {
  sheaf_bytes declared = member->media_type;
  char type[128];
  size_t size = 0;
  while (size < declared.size && size + 1 < sizeof type &&
         (isalnum((unsigned char)declared.data[size]) ||
          strchr("/.+-_", declared.data[size]))) {
    type[size] = (char)tolower((unsigned char)declared.data[size]);
    size++;
  }
  type[size] = '\0';
  if (!strchr(type, '/')) {
    sf_doc_set_media_type(doc, media_type(member->name));
    return SHEAF_OK;
  }
  return sf_doc_own_media_type(doc, type) ? sf_no_memory(error) : SHEAF_OK;
}

/// What the bundle says of the member becomes the document's first metadata.
static int take_metadata(sheaf_doc *doc, sheaf_bytes metadata,
                         sheaf_error *error) {
  if (!metadata.size) return SHEAF_OK;
  sheaf_value said;
  int code = sheaf_value_parse(&said, metadata.data, metadata.size, error);
  if (code) return code;
  sheaf_value_clear(sheaf_doc_metadata(doc));
  *sheaf_doc_metadata(doc) = said;
  return SHEAF_OK;
}

static int make_document(sheaf_doc **out, const sf_row *row,
                         const sheaf_member *member, sheaf_bytes content,
                         sheaf_bytes text, const char *charset,
                         sheaf_error *error) {
  sf_buffer id = {0};
  sf_row_id(&id, row);
  const char *name = sf_buffer_text(&id);
  int code = name ? sf_doc_borrow(out, name, row->path, row->name, text, error)
                  : sf_no_memory(error);
  sf_buffer_clear(&id);
  if (code) return code;
  code = set_media_type(*out, member, error);
  if (!code) code = take_metadata(*out, member->metadata, error);
  if (code) goto fail;
  if (!strcmp(charset, "utf-8")) return SHEAF_OK;
  sf_doc_set_content(*out, content);
  code = sheaf_value_set_string(sheaf_doc_metadata(*out), "charset", charset);
  if (!code) return SHEAF_OK;
  code = sf_no_memory(error);
fail:
  sheaf_doc_free(*out);
  return code;
}

int sf_document_make(sheaf_doc **out, const sf_row *row,
                     const sheaf_member *member, sheaf_bytes content,
                     sf_buffer *storage, uint64_t limit, sheaf_error *error) {
  sheaf_bytes text;
  const char *charset;
  int code = sf_charset_decode(content, storage, &text, &charset, error);
  if (code) return code;
  if (text.size > limit)
    return sf_fail(error, SHEAF_ETOOLARGE, NULL,
                   "%zu bytes as UTF-8, more than the limit of %" PRIu64,
                   text.size, limit);
  return make_document(out, row, member, content, text, charset, error);
}
