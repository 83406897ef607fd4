/// Documents: immutable UTF-8 text with stand-off annotations, called spans.
///
/// Offsets are bytes, zero-based, half-open `[from, to)`, and always fall on
/// character boundaries. Once a document has been read its text never changes;
/// plugins add spans to it.
#ifndef SHEAF_DOC_H
#define SHEAF_DOC_H

#include <stddef.h>
#include <stdint.h>

#include "sheaf/error.h"
#include "sheaf/value.h"

#ifdef __cplusplus
extern "C" {
#endif

/// One document. Borrowed by plugins; never kept beyond the hook's return.
typedef struct sheaf_doc sheaf_doc;

/// One annotation. Borrowed texts live as long as the document.
typedef struct {
  const char *kind;        ///< Such as "citation".
  const char *plugin;      ///< The name of the plugin that made it.
  size_t from;             ///< First byte.
  size_t to;               ///< One past the last byte.
  sheaf_bytes attributes;  ///< A JSON object, its keys sorted; "{}" if none.
} sheaf_span;

/// Makes a document from `text`, which is copied and must be UTF-8; `id`,
/// `bundle` and `member` are copied too. SHEAF_ENOTTEXT when it is not UTF-8.
/// The caller owns `*out` and releases it with sheaf_doc_free().
SHEAF_API int sheaf_doc_new(sheaf_doc **out, const char *id, const char *bundle,
                            sheaf_bytes member, sheaf_bytes text,
                            sheaf_error *error);

/// Releases `doc`. NULL is allowed.
SHEAF_API void sheaf_doc_free(sheaf_doc *doc);

/// `BUNDLE-ORDINAL/MEMBER-ORDINAL/MEMBER-NAME`. Unique in a run.
SHEAF_API const char *sheaf_doc_id(const sheaf_doc *doc);

/// The bundle's path as the user gave it.
SHEAF_API const char *sheaf_doc_bundle(const sheaf_doc *doc);

/// The member's name in its bundle.
SHEAF_API sheaf_bytes sheaf_doc_member(const sheaf_doc *doc);

/// The media type, such as "text/plain".
SHEAF_API const char *sheaf_doc_media_type(const sheaf_doc *doc);

/// The language as a BCP 47 tag, such as "en"; "und" when it is not known.
/// Found out at the first call.
SHEAF_API const char *sheaf_doc_language(sheaf_doc *doc);

/// The whole text. Borrowed. Before a plugin of stage `read` has set it: the
/// content in UTF-8 where that is some kind of text, else nothing.
SHEAF_API sheaf_bytes sheaf_doc_text(const sheaf_doc *doc);

/// The bytes that the text is made from, as they are in the bundle. Borrowed.
SHEAF_API sheaf_bytes sheaf_doc_content(const sheaf_doc *doc);

/// Gives the document its text, a copy of `text`. Only in a plugin of stage
/// `read`, once, and before it adds spans: otherwise SHEAF_EINVAL.
/// SHEAF_ENOTTEXT when it is not UTF-8, SHEAF_ETOOLARGE over the limit of one
/// document.
SHEAF_API int sheaf_doc_set_text(sheaf_doc *doc, sheaf_bytes text,
                                 sheaf_error *error);

/// The metadata: a map, to which keys may be added.
SHEAF_API sheaf_value *sheaf_doc_metadata(sheaf_doc *doc);

/// Adds a span of `kind` over `[from, to)`, with `attributes` (a map or NULL).
///
/// `kind` is lower-case letters, digits, `_` and `.`, at most 64 of them.
/// SHEAF_EINVAL when the range is not within the text or cuts a character,
/// when `kind` or an attribute's name is not allowed (`start` and `end` never
/// are), or `attributes` is no map.
SHEAF_API int sheaf_doc_add(sheaf_doc *doc, const char *kind, size_t from,
                            size_t to, const sheaf_value *attributes,
                            sheaf_error *error);

/// The number of spans of `kind`; of all spans when `kind` is NULL. Where
/// "reads" in plugin.json lists kinds, a plugin asks for these alone, and for
/// those that it writes: of others there are none for it, and the document
/// fails.
SHEAF_API size_t sheaf_doc_span_count(sheaf_doc *doc, const char *kind);

/// Describes span `index` (from 0) of `kind`, in text order: by `from`, the
/// longer one first, then as they were added. SHEAF_END past the last one;
/// SHEAF_EINVAL for a kind that a plugin does not read.
SHEAF_API int sheaf_doc_span(sheaf_doc *doc, const char *kind, size_t index,
                             sheaf_span *span);

/// The kind with place `index` (from 0) in the sorted list of the kinds that
/// this document has; NULL past its end.
SHEAF_API const char *sheaf_doc_kind(const sheaf_doc *doc, size_t index);

/// Writes the document as one line of JSON, as export.jsonl does but without
/// its line end, into `*out`, ended by a NUL, which the caller releases with
/// free().
SHEAF_API int sheaf_doc_json(sheaf_doc *doc, char **out, size_t *size,
                             sheaf_error *error);

#ifdef __cplusplus
}
#endif
#endif
