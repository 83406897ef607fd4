/// Rows: what one document ended in, as a line of the ledger, and as the
/// entry that a worker sends for it; units, the rows of one member.
#ifndef SF_RUN_ROW_H
#define SF_RUN_ROW_H

#include "base/base.h"
#include "sheaf/run.h"

/// Everything that the ledger says about a document. Texts are borrowed.
typedef struct {
  size_t bundle;     ///< Its place on the command line, from 0.
  const char *path;  ///< The bundle's path as the user gave it.
  uint64_t member;   ///< The member's ordinal, from 1.
  sheaf_bytes name;
  const char *id;  ///< Of a child document; NULL: of the member itself.
  sheaf_status status;
  int code;            ///< A sheaf_code; 0: none.
  sheaf_bytes reason;  ///< NULL data: none.
  const char *hint;    ///< What to do about it; NULL or empty: none.
  const char *plugin;  ///< NULL: none.
  uint64_t microseconds;
  uint64_t bytes_in;
  uint64_t bytes_out;
} sf_row;

/// Appends the document's id: that of the child, or bundle and member ordinals
/// and member name. A NUL in the name becomes U+FFFD.
void sf_row_id(sf_buffer *out, const sf_row *row);

/// Appends the ledger's line for `row`, with its line end. Where the document
/// has several `records`, `count` of them, the line tells how long each is.
void sf_row_line(sf_buffer *out, const sf_row *row, const sf_buffer *records,
                 size_t count);

/// An entry: a row as it travels, with the document's records, one for each
/// output of the run.
typedef struct {
  uint64_t member;
  sheaf_status status;
  uint64_t bytes_in;
  uint64_t bytes_out;
  sheaf_bytes line;
  sheaf_bytes records;  ///< Packed bytes, one an output.
} sf_entry;

/// Appends the entry of `row`. `records` may be NULL when `count` is 0; then
/// there are no records.
void sf_entry_write(sf_buffer *out, const sf_row *row, const sf_buffer *records,
                    size_t count);

/// Reads an entry, which borrows from `packed`. SHEAF_EDAMAGED when it is none
/// or has neither 0 nor `outputs` records.
int sf_entry_read(sf_entry *entry, sheaf_bytes packed, size_t outputs);

// A unit is what a member ends in: its own entry and those of the child
// documents that it led to, in order. It travels and is committed whole.

/// Appends the entry of `row` to the unit in `out`.
void sf_unit_add(sf_buffer *out, const sf_row *row, const sf_buffer *records,
                 size_t count);

/// Takes the next entry off the front of `*unit`. SHEAF_END when there is
/// none; SHEAF_EDAMAGED as sf_entry_read().
int sf_unit_next(sheaf_bytes *unit, sf_entry *entry, size_t outputs);

/// Looks whether `unit` is one: entries of one member, which is `*member`.
/// `*count` becomes their number.
int sf_unit_check(sheaf_bytes unit, size_t outputs, uint64_t *member,
                  uint64_t *count);

#endif
