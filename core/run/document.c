/// Making documents of the contents of members.
#include "run/document.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "text/text.h"

#define TYPE_MAX 128

/// The type that the bundle declares, without parameters, in `type`. False
/// where it declares none, or only that it does not know.
static bool declared_type(sheaf_bytes declared, char type[TYPE_MAX]) {
  size_t size = 0;
  while (size < declared.size && size + 1 < TYPE_MAX &&
         (isalnum((unsigned char)declared.data[size]) ||
          strchr("/.+-_", declared.data[size]))) {
    type[size] = (char)tolower((unsigned char)declared.data[size]);
    size++;
  }
  type[size] = '\0';
  return strchr(type, '/') && strcmp(type, "application/octet-stream");
}

/// A signature is sure. Else the one who made the bundle knows best; then the
/// name tells, and only then what looks like markup. What is declared is in
/// `declared`, all others are static.
static const char *find_type(const sheaf_member *member, sheaf_bytes content,
                             char declared[TYPE_MAX]) {
  const char *found = sf_media_signature(content);
  if (!found && declared_type(member->media_type, declared)) return declared;
  if (!found) found = sf_media_ending(member->name);
  if (!found) found = sf_media_markup(content);
  return found ? found : "text/plain";
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

/// What a document is made of.
typedef struct {
  char declared[TYPE_MAX];
  const char *type;  ///< `declared`, or static.
  sheaf_bytes content;
  sheaf_bytes text;
  const char *charset;
} material;

static int decode(material *of, sheaf_bytes declared, sf_buffer *storage,
                  uint64_t limit, sheaf_error *error) {
  of->charset = "utf-8";
  of->text = (sheaf_bytes){"", 0};
  if (!sf_media_is_text(of->type)) return SHEAF_OK;
  sheaf_bytes charset = sf_charset_of_type(declared);
  if (!charset.size) charset = sf_charset_declared(of->content, of->type);
  int code = sf_charset_decode(of->content, charset, storage, &of->text,
                               &of->charset, error);
  if (code || of->text.size <= limit) return code;
  return sf_fail(error, SHEAF_ETOOLARGE, NULL,
                 "%zu bytes as UTF-8, more than the limit of %" PRIu64,
                 of->text.size, limit);
}

static int describe(sheaf_doc *doc, const sheaf_member *member,
                    const material *of, sheaf_error *error) {
  if (of->type != of->declared)
    sf_doc_set_media_type(doc, of->type);
  else if (sf_doc_own_media_type(doc, of->type))
    return sf_no_memory(error);
  int code = take_metadata(doc, member->metadata, error);
  if (code) return code;
  sf_doc_set_content(doc, of->content);
  if (!sf_media_is_text(of->type)) sf_doc_set_unread(doc);
  if (!strcmp(of->charset, "utf-8")) return SHEAF_OK;
  code =
      sheaf_value_set_string(sheaf_doc_metadata(doc), "charset", of->charset);
  return code ? sf_no_memory(error) : SHEAF_OK;
}

static int make_document(sheaf_doc **out, const char *id, const sf_row *row,
                         const sheaf_member *member, const material *of,
                         sheaf_error *error) {
  int code = sf_doc_borrow(out, id, row->path, row->name, of->text, error);
  if (code) return code;
  code = describe(*out, member, of, error);
  if (code) sheaf_doc_free(*out);
  return code;
}

int sf_document_make(sheaf_doc **out, const char *id, const sf_row *row,
                     const sheaf_member *member, sheaf_bytes content,
                     sf_buffer *storage, uint64_t limit, sheaf_error *error) {
  material of;
  of.content = content;
  of.type = find_type(member, content, of.declared);
  int code = decode(&of, member->media_type, storage, limit, error);
  return code ? code : make_document(out, id, row, member, &of, error);
}
