/// From the content of a member to a document.
#ifndef SF_RUN_DOCUMENT_H
#define SF_RUN_DOCUMENT_H

#include "doc/doc.h"
#include "run/row.h"
#include "sheaf/bundle.h"

/// Makes a document of `content`, called `id`, whose row is `row`; it borrows
/// from it, or from `text`, where it had to be converted. What is no kind of
/// text stays unread, see sf_doc_unread(). SHEAF_ENOTTEXT; SHEAF_ETOOLARGE for
/// more than `limit` bytes of text.
int sf_document_make(sheaf_doc **out, const char *id, const sf_row *row,
                     const sheaf_member *member, sheaf_bytes content,
                     sf_buffer *text, uint64_t limit, sheaf_error *error);

#endif
