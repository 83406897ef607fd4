/// Bundles: reading the members of an archive, a folder or a single file.
///
///     sheaf_bundle *bundle;
///     sheaf_member member;
///     sheaf_bytes content;
///     sheaf_error error;
///
///     if (sheaf_bundle_open(&bundle, "resolutions.zip", NULL, &error)) ...
///     while (sheaf_bundle_next(bundle, &member, &error) == SHEAF_OK)
///       if (sheaf_bundle_read(bundle, &content, &error) == SHEAF_OK) ...
///     sheaf_bundle_close(bundle);
///
/// The format is chosen by content, never by file name, unless it is given.
/// Nothing here ever touches the file system by a name that stands in a bundle.
///
/// A bundle belongs to one thread at a time. Calls block on file reads.
#ifndef SHEAF_BUNDLE_H
#define SHEAF_BUNDLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sheaf/error.h"
#include "sheaf/value.h"

#ifdef __cplusplus
extern "C" {
#endif

/// An open bundle: a sequence of members, with a position in it.
typedef struct sheaf_bundle sheaf_bundle;

typedef enum {
  SHEAF_MEMBER_FILE,     ///< Has content: becomes a document.
  SHEAF_MEMBER_FOLDER,   ///< A folder entry: no document.
  SHEAF_MEMBER_LINK,     ///< A symbolic or hard link: never followed.
  SHEAF_MEMBER_SPECIAL,  ///< A device, pipe or socket: never opened.
  SHEAF_MEMBER_RECORD    ///< Tells of other members: no document.
} sheaf_member_type;

/// Flags of a member: facts that a careful user wants to know.
enum {
  SHEAF_MEMBER_UNSAFE_NAME = 1,  ///< Absolute, "..", drive, control bytes.
  SHEAF_MEMBER_ENCRYPTED = 2,
  /// No checksum vouches for it: the compressed stream that it is in is
  /// damaged or cut, and its content may be wrong.
  SHEAF_MEMBER_UNVERIFIED = 4
};

/// One entry of a bundle. Its texts are borrowed until the next call of
/// sheaf_bundle_next() or sheaf_bundle_seek().
typedef struct {
  uint64_t ordinal;  ///< Place in the bundle, from 1; counts every entry.
  sheaf_member_type type;
  unsigned flags;
  sheaf_bytes name;        ///< As stored, in UTF-8 (CP437 names converted).
  uint64_t size;           ///< Bytes when unpacked, as declared.
  uint64_t packed_size;    ///< Bytes in the bundle.
  uint64_t offset;         ///< Where the entry begins in the bundle, unpacked
                           ///< where the whole bundle is compressed.
  uint32_t crc32;          ///< As declared; 0 where the format has none.
  int64_t modified;        ///< Seconds since 1970 UTC; 0 when unknown.
  sheaf_bytes media_type;  ///< As declared in the bundle; empty when not.
  sheaf_bytes metadata;    ///< What else the bundle says of it: a JSON object,
                           ///< or empty.
} sheaf_member;

/// Options for sheaf_bundle_open(). Start from SHEAF_BUNDLE_OPTIONS_INIT.
typedef struct {
  size_t size;             ///< sizeof(sheaf_bundle_options).
  uint64_t max_document;   ///< Bytes; larger members are SHEAF_ETOOLARGE.
  uint64_t max_total;      ///< Bytes that one compressed stream around a
                           ///< bundle, as in .tar.gz, may unpack to.
  uint64_t max_members;    ///< Entries of one bundle: the one that is too many
                           ///< is SHEAF_ETOOLARGE, and the last.
  unsigned max_ratio;      ///< Unpacked to packed, of such streams within each
                           ///< other or of a zip's member, after the first MiB;
                           ///< 0: any.
  unsigned max_name;       ///< Bytes of a member's name: a member with a
                           ///< longer one, which is cut, is SHEAF_ETOOLARGE.
  const char *text_field;  ///< jsonl: the member with the text; NULL: "text",
                           ///< or else the usual names.
  const char *id_field;    ///< jsonl: the member with the name; NULL: "id".
  const char *cache;       ///< Folder for the indexes of compressed streams;
                           ///< NULL: the user's cache; "": none is kept.
  const char *format;      ///< Its format, such as "zip"; NULL: by content.
  unsigned max_stall;      ///< Seconds of processor time that libarchive,
                           ///< which reads 7z, rar and the like in a process of
                           ///< its own, may get nowhere, all in all: half of
                           ///< them at first, then half of what is left; 0: it
                           ///< reads in this process, without a limit.
  int helper;              ///< Sheaf's own workers: who starts that process.
} sheaf_bundle_options;

#define SHEAF_MAX_DOCUMENT_DEFAULT ((uint64_t)64 << 20)
#define SHEAF_MAX_TOTAL_DEFAULT    ((uint64_t)1 << 40)
#define SHEAF_MAX_MEMBERS_DEFAULT  ((uint64_t)100 * 1000 * 1000)
#define SHEAF_MAX_RATIO_DEFAULT    250
#define SHEAF_MAX_NAME_DEFAULT     4096
#define SHEAF_MAX_STALL_DEFAULT    1

#define SHEAF_BUNDLE_OPTIONS_INIT                                          \
  {                                                                        \
    sizeof(sheaf_bundle_options), SHEAF_MAX_DOCUMENT_DEFAULT,              \
        SHEAF_MAX_TOTAL_DEFAULT, SHEAF_MAX_MEMBERS_DEFAULT,                \
        SHEAF_MAX_RATIO_DEFAULT, SHEAF_MAX_NAME_DEFAULT, NULL, NULL, NULL, \
        NULL, SHEAF_MAX_STALL_DEFAULT, 0                                   \
  }

/// Opens the bundle at `path`: a zip, a tar, a jsonl or WARC file, a folder, or
/// else one plain file; or one of these within a gzip stream. A compressed
/// stream is read once to check it and to find places from which it can be
/// unpacked. "-" is standard input, which is copied into a temporary file first
/// if it is a pipe, as is a pipe that a shell passes as "/dev/fd/63".
///
/// `options` may be NULL. On success the caller owns `*out` and releases it
/// with sheaf_bundle_close(). Fails with SHEAF_EOPEN, SHEAF_EREAD,
/// SHEAF_EFORMAT, SHEAF_EDAMAGED or SHEAF_ENOMEM.
SHEAF_API int sheaf_bundle_open(sheaf_bundle **out, const char *path,
                                const sheaf_bundle_options *options,
                                sheaf_error *error);

/// The same for a bundle in memory: `content` is borrowed until it is closed,
/// and `name` is what errors call it.
SHEAF_API int sheaf_bundle_open_memory(sheaf_bundle **out, const char *name,
                                       sheaf_bytes content,
                                       const sheaf_bundle_options *options,
                                       sheaf_error *error);

/// Closes `bundle`. NULL is allowed.
SHEAF_API void sheaf_bundle_close(sheaf_bundle *bundle);

/// The name of the bundle's format: "zip", "folder", "file"; "file+gzip" when
/// there is compression around it.
SHEAF_API const char *sheaf_bundle_format(const sheaf_bundle *bundle);

/// Steps to the next member and describes it. SHEAF_END after the last one.
///
/// An error of document scope concerns this member alone, which `*member`
/// then describes as far as it is known: go on calling. After an error of
/// bundle scope nothing more can be read.
SHEAF_API int sheaf_bundle_next(sheaf_bundle *bundle, sheaf_member *member,
                                sheaf_error *error);

/// Tells why the current member may not be what it seems: it has
/// SHEAF_MEMBER_UNVERIFIED, or what was found when it was read. SHEAF_OK when
/// nothing is in doubt.
SHEAF_API int sheaf_bundle_doubt(const sheaf_bundle *bundle,
                                 sheaf_error *error);

/// Tells what is wrong with the bundle itself, though with none of its members,
/// as far as they were stepped through: a zip's directory is damaged, a tar has
/// no end, the file is no archive as its name says. SHEAF_OK when nothing is.
SHEAF_API int sheaf_bundle_flaw(const sheaf_bundle *bundle, sheaf_error *error);

/// Where a member begins: its `ordinal` and `offset`.
typedef struct {
  uint64_t ordinal;
  uint64_t offset;
} sheaf_place;

/// Makes the next call of sheaf_bundle_next() deliver member `ordinal`.
///
/// `near` may be NULL, or the place of that member or of one before it, as
/// sheaf_bundle_next() told it: a format without a directory walks on from
/// there instead of from the beginning. SHEAF_ENOMEMBER when the bundle has
/// fewer members; a format without a directory may say that in
/// sheaf_bundle_next() only.
SHEAF_API int sheaf_bundle_seek(sheaf_bundle *bundle, uint64_t ordinal,
                                const sheaf_place *near, sheaf_error *error);

/// Reads the whole content of the current member and checks it against the
/// bundle's checksum. The bytes are borrowed until the next call on `bundle`.
SHEAF_API int sheaf_bundle_read(sheaf_bundle *bundle, sheaf_bytes *content,
                                sheaf_error *error);

/// Receives the content of a member piece by piece. Anything but 0 stops.
typedef int (*sheaf_sink)(void *context, const char *data, size_t size);

/// Sends the content of the current member to `sink` in pieces, so that its
/// size costs no memory. The checksum is checked at the end: after an error
/// what was delivered is not to be trusted. Returns what `sink` returned when
/// that was not 0.
SHEAF_API int sheaf_bundle_stream(sheaf_bundle *bundle, sheaf_sink sink,
                                  void *context, sheaf_error *error);

// --- Bundles inside of bundles ---------------------------------------------

/// The deepest that they can be opened, and how deep they usually are.
#define SHEAF_NESTED_MAX     8
#define SHEAF_NESTED_DEFAULT 3

/// A walk over the members of a bundle, and of the bundles among them that are
/// entered:
///
///     while ((code = sheaf_walk_next(walk, &member, &error)) != SHEAF_END)
///       if (!code && sheaf_walk_enter(walk, &error) != SHEAF_OK)
///         sheaf_bundle_stream(sheaf_walk_bundle(walk), …);
typedef struct sheaf_walk sheaf_walk;

/// Begins a walk through `bundle`, which is borrowed, from where it stands.
/// `id` is what it goes by in the ids of members; `nested` is how many bundles
/// may lie in each other in it, at most SHEAF_NESTED_MAX, and 0 for a walk that
/// enters none. SHEAF_EINVAL, SHEAF_ENOMEM.
SHEAF_API int sheaf_walk_new(sheaf_walk **out, sheaf_bundle *bundle,
                             const char *id, unsigned nested,
                             sheaf_error *error);

/// Releases `walk`, and the bundles inside. NULL is allowed.
SHEAF_API void sheaf_walk_free(sheaf_walk *walk);

/// Steps to the next member of the bundle that was entered last, and behind its
/// last one to the next of the bundle around it; else as sheaf_bundle_next().
/// What ends an inner bundle too early costs no other: it is SHEAF_EUNREADABLE,
/// with a member of ordinal 0.
SHEAF_API int sheaf_walk_next(sheaf_walk *walk, sheaf_member *member,
                              sheaf_error *error);

/// Enters the current member, so that its members come next. SHEAF_END when it
/// is no bundle, or one that cannot be opened, or lies too deep. A single file
/// is no bundle, nor are the zips that office programs and readers of e-books
/// make; lines of JSON are one when two of the first eight are objects with a
/// text, by `text_field`. SHEAF_ETOOLARGE when all that were entered within a
/// member of the outermost bundle unpack to more than `max_ratio` times what
/// that has packed.
///
/// A large member is unpacked into a temporary file (TMPDIR): SHEAF_EWRITE
/// where there is no room. Of one the first 64 KiB must tell that it may be a
/// bundle, so that others need not be read.
SHEAF_API int sheaf_walk_enter(sheaf_walk *walk, sheaf_error *error);

/// The bundle in which the current member is, to read it from; or the one that
/// it is, once that was entered. Do not step in it but with sheaf_walk_next().
SHEAF_API sheaf_bundle *sheaf_walk_bundle(const sheaf_walk *walk);

/// As sheaf_bundle_doubt() for the current member. What is doubted of a bundle
/// that was entered is doubted of all in it.
SHEAF_API int sheaf_walk_doubt(const sheaf_walk *walk, sheaf_error *error);

/// How many bundles were entered around the current member.
SHEAF_API size_t sheaf_walk_depth(const sheaf_walk *walk);

/// The id of the current member: "BUNDLE/ORDINAL/NAME", or in a bundle inside
/// "ID-OF-THAT/ORDINAL/NAME". Borrowed until the next call on `walk`, ended by
/// a NUL; empty without memory.
SHEAF_API sheaf_bytes sheaf_walk_id(sheaf_walk *walk);

/// The same without the first two parts: what it is called in the bundle.
SHEAF_API sheaf_bytes sheaf_walk_name(sheaf_walk *walk);

#ifdef __cplusplus
}
#endif
#endif
