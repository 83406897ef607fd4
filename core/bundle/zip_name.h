/// Zip: the names of entries, and what their reading takes.
#ifndef SF_ZIP_NAME_H
#define SF_ZIP_NAME_H

#include "bundle/zip.h"

/// Finds the first extra field with `id`.
bool sf_zip_find_extra(sheaf_bytes extra, unsigned id, sheaf_bytes *found);

/// True when the external attributes are those of Unix.
bool sf_zip_is_unix(const sf_zip_entry *entry);

/// Appends the name of `entry` in UTF-8.
///
/// It is UTF-8 already where a flag or the Unicode path field says so; where
/// the entry was made on Unix or macOS, whose tools often forget the flag, and
/// it is valid; else it is code page 437.
void sf_zip_put_name(sf_buffer *out, const sf_zip_entry *entry);

#endif
