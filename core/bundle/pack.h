/// What the files of the packer share.
#ifndef SF_PACK_H
#define SF_PACK_H

#include "bundle/zip.h"
#include "sheaf/pack.h"

// --- The file (pack_file.c) ------------------------------------------------

/// The file that is written: it has its name when it is complete.
typedef struct {
  char *path, *part;
  int fd;
  sf_buffer out;  ///< What is not written yet. Append here, then settle.
  uint64_t done;  ///< What is.
  bool complete;
} sf_pack_file;

/// Clear the file on failure, too.
int sf_pack_file_open(sf_pack_file *file, const char *path, bool replace,
                      sheaf_error *error);

/// Releases all; what is not complete is removed.
void sf_pack_file_clear(sf_pack_file *file);

/// Where the next byte goes.
uint64_t sf_pack_file_at(const sf_pack_file *file);

/// Writes what was appended, when it is enough.
int sf_pack_file_settle(sf_pack_file *file, sheaf_error *error);

/// Appends `bytes`, large ones without copying them. A sink of sf_spill_send()
/// for the file that is the `context`.
int sf_pack_file_put(void *context, sheaf_bytes bytes, sheaf_error *error);

/// Writes `bytes` over those at `at`.
int sf_pack_file_patch(sf_pack_file *file, uint64_t at, sheaf_bytes bytes,
                       sheaf_error *error);

/// Takes away all from `at` on.
int sf_pack_file_cut(sf_pack_file *file, uint64_t at, sheaf_error *error);

/// Writes and syncs all, and gives the file its name.
int sf_pack_file_finish(sf_pack_file *file, sheaf_error *error);

// --- Names (pack_name.c) ---------------------------------------------------

/// Stores in `out` the name under which a member called `name` goes: safe to
/// unpack, and none of those `taken`, to which it is added as the last one.
int sf_pack_choose_name(sf_bag *taken, sheaf_bytes name, sf_buffer *out,
                        sheaf_error *error);

// --- Members (pack_member.c) -----------------------------------------------

/// What is known of a member before its content is.
typedef struct {
  sf_buffer name, extra;
  uint32_t dos_time;
  bool listed;     ///< In META-INF/sheaf.json, with what is known of it:
  sf_buffer note;  ///< what goes before its size and digest,
  sf_buffer rest;  ///< and behind them.
} sf_pack_member;

/// Takes what is known of the member that goes under `name`.
int sf_pack_member_begin(sf_pack_member *member, sheaf_bytes name,
                         const sheaf_packed *about, bool listed,
                         sheaf_error *error);
void sf_pack_member_clear(sf_pack_member *member);

/// Notes why it may not be what it was; NULL: it is.
void sf_pack_member_doubt(sf_pack_member *member, const char *doubt);

/// An entry that tells of it; what depends on the content is zero.
sf_zip_entry sf_pack_member_entry(const sf_pack_member *member);

/// Appends its line of META-INF/sheaf.json.
void sf_pack_member_list(const sf_pack_member *member, uint64_t size,
                         const char *digest, sf_spill *index);

/// Appends the line of one that is lost.
void sf_pack_list_lost(const sheaf_packed *about, const sheaf_error *why,
                       sf_spill *lost);

// --- Large members (pack_parts.c) ------------------------------------------

/// Bytes up to which a member is packed as a whole.
#define SF_PACK_WHOLE ((size_t)4 << 20)

/// Bytes of a part of a larger one. SF_PACK_WHOLE is a multiple of it.
#define SF_PACK_PART ((size_t)1 << 20)

/// A large member on its way into the file, part by part. The pool has nothing
/// but its parts. Start from a zeroed struct with the first fields set.
typedef struct {
  sf_pack_file *file;
  sf_deflate_pool *pool;
  bool stored;
  bool open;
  sf_zip_entry entry;
  sf_sha256 sha;
  sf_buffer before;  ///< The end of the last part that was added.
  sf_buffer header;
} sf_pack_parts;

/// Begins the member: its header has room for sizes of any length. Texts of
/// `entry` are borrowed to the end.
int sf_pack_parts_begin(sf_pack_parts *parts, const sf_zip_entry *entry,
                        sheaf_error *error);

/// Adds content. All but the last have sizes that are whole parts.
int sf_pack_parts_add(sf_pack_parts *parts, sheaf_bytes content, bool last,
                      sheaf_error *error);

/// Completes the member, whose last part was added: waits for the pool, and
/// writes the header anew with what `parts->entry` tells then.
int sf_pack_parts_end(sf_pack_parts *parts, char digest[SF_SHA256_HEX],
                      sheaf_error *error);

/// Takes the member out of the file, if one is open.
int sf_pack_parts_drop(sf_pack_parts *parts, sheaf_error *error);

#endif
