/// What a document is made of. Private to this module.
#ifndef SF_DOC_PRIVATE_H
#define SF_DOC_PRIVATE_H

#include "doc/doc.h"
#include "doc/spans.h"

/// The longest name of a kind of spans.
#define SF_KIND_MAX 64

struct sheaf_doc {
  const char *id;  ///< In `names`, as the two that follow.
  const char *bundle;
  sheaf_bytes member;
  sheaf_bytes text;     ///< Borrowed, or `own_text`, or `read_text`.
  char *own_text;       ///< Owned; NULL when the text is borrowed.
  sheaf_bytes source;   ///< The text before it was set.
  char *read_text;      ///< Owned: the one that was set.
  uint64_t read_limit;  ///< Bytes that may be set; 0: none.
  bool unread;          ///< There is no text of the content.
  sheaf_bytes content;  ///< What the text was made from. Borrowed.
  const char *media_type;
  char *own_media_type;  ///< Owned; NULL when it is borrowed.
  const char *language;  ///< NULL until it is asked for.
  const char *plugin;    ///< Who makes the spans that follow.
  sheaf_value metadata;
  size_t metadata_memory;  ///< Bytes.
  bool marked;             ///< There is a mark to go back to.
  sheaf_value kept;        ///< The metadata at the mark; null: unchanged.
  size_t kept_memory;
  sf_spans spans;
  const sheaf_value *writes;      ///< Kinds that may be added; NULL: any.
  const sheaf_value *reads;       ///< Kinds that may be looked at; NULL: any.
  char misread[SF_KIND_MAX + 1];  ///< See sf_doc_misread().
  uint64_t last_serial;  ///< No span gets this one; 0: there is no limit.
  bool full;             ///< A span was refused for that.
  char names[];
};

#endif
