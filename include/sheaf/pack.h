/// Packing: writing members into a plain zip file that every tool can read.
///
///     sheaf_packer *packer;
///     sheaf_packed about = {.name = {"letters/1.txt", 13}};
///
///     if (sheaf_packer_new(&packer, "letters.zip", NULL, &error)) ...
///     sheaf_packer_add(packer, &about, content, &error);
///     sheaf_packer_finish(packer, &error);
///     sheaf_packer_free(packer);
///
/// The same members and options give the same bytes. Beside the members as
/// they are, the file has `META-INF/sheaf.json`: what Sheaf knows of them. The
/// file gets its name when it is complete, and not before.
#ifndef SHEAF_PACK_H
#define SHEAF_PACK_H

#include "sheaf/error.h"
#include "sheaf/value.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct sheaf_packer sheaf_packer;

/// Options for sheaf_packer_new(). Start from SHEAF_PACK_OPTIONS_INIT.
typedef struct {
  size_t size;       ///< sizeof(sheaf_pack_options).
  int level;         ///< Of compression, 1 (quick) to 9 (small); 0: none.
  bool replace;      ///< The file may be there already.
  unsigned threads;  ///< That pack members; 0: one a processor. The bytes are
                     ///< the same with any number.
} sheaf_pack_options;

#define SHEAF_PACK_OPTIONS_INIT \
  { sizeof(sheaf_pack_options), 6, false, 0 }

/// What is known of a member beside its content. Borrowed.
typedef struct {
  sheaf_bytes name;        ///< In UTF-8. Made safe: see sheaf_packer_begin().
  int64_t modified;        ///< Seconds since 1970 UTC; 0 when unknown.
  sheaf_bytes media_type;  ///< Empty when unknown.
  sheaf_bytes metadata;    ///< A JSON object, or empty.
  const char *source;      ///< The bundle that it comes from; NULL: none.
  const char *doubt;       ///< Why it may not be what it was; NULL: it is.
} sheaf_packed;

/// Begins the file at `path`, written under that name with ".part" behind.
/// `options` may be NULL. SHEAF_EEXISTS when there is such a file already.
SHEAF_API int sheaf_packer_new(sheaf_packer **out, const char *path,
                               const sheaf_pack_options *options,
                               sheaf_error *error);

/// Begins a member, whose content follows in pieces: so its size costs no
/// memory, and need not be known. A name that would be unsafe to unpack is made
/// safe, one that is there already gets a number; the member's original name is
/// kept in META-INF/sheaf.json. `about` is not needed any longer afterwards;
/// its doubt is not looked at. SHEAF_EWRITE, SHEAF_ENOMEM; SHEAF_ETOOLARGE for
/// a name that no zip can hold, and then there is no member.
SHEAF_API int sheaf_packer_begin(sheaf_packer *packer,
                                 const sheaf_packed *about, sheaf_error *error);

/// Adds to the content of the member that was begun.
SHEAF_API int sheaf_packer_write(sheaf_packer *packer, sheaf_bytes content,
                                 sheaf_error *error);

/// Ends the member. `doubt` tells why it may not be what it was; NULL: it is.
/// Up to 4 MiB, what does not become smaller is stored.
SHEAF_API int sheaf_packer_end(sheaf_packer *packer, const char *doubt,
                               sheaf_error *error);

/// Takes the member back that was begun, as if it had never been: its content
/// turns out to be damaged, say.
SHEAF_API int sheaf_packer_drop(sheaf_packer *packer, sheaf_error *error);

/// Adds a member whose content is at hand: the three in one.
SHEAF_API int sheaf_packer_add(sheaf_packer *packer, const sheaf_packed *about,
                               sheaf_bytes content, sheaf_error *error);

/// Notes in META-INF/sheaf.json that a member could not be packed.
SHEAF_API int sheaf_packer_lose(sheaf_packer *packer, const sheaf_packed *about,
                                const sheaf_error *why, sheaf_error *error);

/// Completes the file: META-INF/sheaf.json and the directory are written, all
/// of it is synced, and it gets its name.
SHEAF_API int sheaf_packer_finish(sheaf_packer *packer, sheaf_error *error);

/// Releases `packer`. What is not complete is removed. NULL is allowed.
SHEAF_API void sheaf_packer_free(sheaf_packer *packer);

#ifdef __cplusplus
}
#endif
#endif
