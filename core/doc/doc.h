/// Documents and spans: the module behind sheaf/doc.h.
///
/// A document holds its spans in memory of its own. An attribute map is kept
/// as the JSON that exports will write, its keys sorted.
#ifndef SF_DOC_H
#define SF_DOC_H

#include "base/base.h"
#include "sheaf/doc.h"

/// As sheaf_doc_new(), but borrows `text`, which must be valid UTF-8 and
/// outlive the document.
int sf_doc_borrow(sheaf_doc **out, const char *id, const char *bundle,
                  sheaf_bytes member, sheaf_bytes text, sheaf_error *error);

/// Sets the media type; the text is borrowed and must outlive the document.
void sf_doc_set_media_type(sheaf_doc *doc, const char *media_type);

/// As sf_doc_set_media_type(), but copies it.
int sf_doc_own_media_type(sheaf_doc *doc, const char *media_type);

/// The metadata, for those who only look.
const sheaf_value *sf_doc_metadata(const sheaf_doc *doc);

/// Tells the bytes that the text was made from, where they are others:
/// exports give their digest. Borrowed, as the text is.
void sf_doc_set_content(sheaf_doc *doc, sheaf_bytes content);

/// Says that nothing has made a text of the content yet.
void sf_doc_set_unread(sheaf_doc *doc);
bool sf_doc_unread(const sheaf_doc *doc);

/// True when its text was set.
bool sf_doc_read(const sheaf_doc *doc);

/// Lets the text be set, of at most `limit` bytes; 0: no more.
void sf_doc_let_read(sheaf_doc *doc, uint64_t limit);

/// True while that is so.
bool sf_doc_reading(const sheaf_doc *doc);

/// Names the plugin that makes the spans which follow. The name is borrowed
/// and must outlive the document.
void sf_doc_set_plugin(sheaf_doc *doc, const char *plugin);

/// Sets `key` in the metadata to `value` and takes it, on failure too.
int sf_doc_set_metadata(sheaf_doc *doc, const char *key, sheaf_value value);

/// Lets spans of these kinds alone be looked at, and added, from now on: lists,
/// borrowed; NULL: of any kind. One that may be missing ends in '?'. What may
/// be added may be looked at, too.
void sf_doc_limit_kinds(sheaf_doc *doc, const sheaf_value *reads,
                        const sheaf_value *writes);

/// True when spans of that kind may be looked at.
bool sf_doc_may_read(const sheaf_doc *doc, const char *kind);

/// Says that they may not be. Returns SHEAF_EINVAL.
int sf_doc_refuse_read(const char *kind, sheaf_error *error);

/// The first kind that was asked for in vain through sheaf/doc.h, which has no
/// way to say so; "": there is none. Forgotten by sf_doc_limit_kinds().
const char *sf_doc_misread(const sheaf_doc *doc);

/// Lets so many spans be added from now on; 0: any number. One more is refused
/// with SHEAF_ELIMIT, which sf_doc_full() remembers until the next call.
void sf_doc_limit(sheaf_doc *doc, uint64_t spans);
bool sf_doc_full(const sheaf_doc *doc);

/// The number of bytes that the spans, and what sf_doc_set_metadata() and
/// sheaf_doc_set_text() have set, take.
size_t sf_doc_memory(const sheaf_doc *doc);

/// As sheaf_doc_add(), with attributes that are a JSON object already, its
/// keys sorted and checked by sf_doc_attribute_allowed().
int sf_doc_add_json(sheaf_doc *doc, const char *kind, size_t from, size_t to,
                    sheaf_bytes attributes, sheaf_error *error);

/// True for a name that an attribute may have: not empty, not `start`, not
/// `end`.
bool sf_doc_attribute_allowed(sheaf_bytes name);

/// A point to which spans and metadata can be taken back.
typedef struct {
  uint64_t next_serial;
} sf_doc_mark;

/// Makes a mark; the one before it is of no more use.
sf_doc_mark sf_doc_save(sheaf_doc *doc);

/// Takes back the spans that were added since `mark`, the last one that was
/// made, and what was done to the metadata.
void sf_doc_rollback(sheaf_doc *doc, sf_doc_mark mark);

typedef enum { SF_OFFSETS_BYTES, SF_OFFSETS_CODEPOINTS } sf_offsets;

/// Appends the document as one JSON object, without a line end: the line
/// format of export.jsonl.
void sf_doc_json(sheaf_doc *doc, sf_offsets offsets, sf_buffer *out);

/// The same in bytes, with the spans alone that may be looked at.
void sf_doc_json_read(sheaf_doc *doc, sf_buffer *out);

#endif
