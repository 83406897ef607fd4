/// What the files of the WARC reader share: finding records (warc_find.c).
#ifndef SF_WARC_H
#define SF_WARC_H

#include "bundle/bundle.h"

/// Bytes behind a record that tell whether another one follows.
#define SF_WARC_PEEK 16

/// True for text that begins as a record does.
bool sf_warc_begins(sheaf_bytes text);

/// Finds the next record at or behind `from` that begins a line; the end of the
/// file where there is none. What cannot be read is passed.
uint64_t sf_warc_find(sf_file *file, uint64_t from);

/// True when a record, or the end of the file, is at `*at` but for line ends,
/// which `*at` is moved past.
bool sf_warc_follows(sf_file *file, uint64_t *at);

#endif
