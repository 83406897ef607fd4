/// Bundles: the module behind sheaf/bundle.h.
///
/// Every format is one file that ends in a `const sf_format`; formats.c lists
/// them. A format knows nothing of documents, plugins or runs. A format whose
/// members can only be reached one after the other steps through them in
/// `seek`.
#ifndef SF_BUNDLE_H
#define SF_BUNDLE_H

#include "base/base.h"
#include "io/io.h"
#include "sheaf/bundle.h"

/// Everything that a format may use of its bundle. Lives as long as it.
typedef struct {
  const char *path;
  sf_file *file;    ///< NULL for a folder. What is within compression.
  unsigned layers;  ///< Of compression around it.
  sheaf_bundle_options options;
  bool inner;  ///< It lies in another bundle.
  bool cut;    ///< These are its first bytes alone: bids are what it may be.
  /// Where a format says, while it reads the current member, why its content
  /// may not be what it seems.
  sheaf_error *doubt;
  /// Where it says, when it opens the bundle, what sheaf_bundle_flaw() tells.
  sheaf_error *flaw;
  sf_isolation *isolation;  ///< For whatever of it libarchive reads.
} sf_source;

/// One format of bundles. `reader` is the format's own state; `error` is never
/// NULL.
typedef struct {
  const char *name;

  /// Tells by the first bytes how sure the format is that it can read the
  /// source: 0 not at all, 100 certain. `head` is empty for a folder.
  int (*bid)(const sf_source *source, sheaf_bytes head);

  int (*open)(void **reader, const sf_source *source, sheaf_error *error);
  void (*close)(void *reader);

  /// As the functions of sheaf/bundle.h. `read` and `stream` work on the
  /// member that `next` delivered last, which is a file. What `stream` returns
  /// and says after its sink wanted no more is not looked at.
  int (*next)(void *reader, sheaf_member *member, sheaf_error *error);
  /// Where the member that `next` delivered last ends, so that it is known
  /// which part of the file vouches for it. NULL: `packed_size` behind its
  /// `offset`.
  uint64_t (*end)(void *reader);
  int (*seek)(void *reader, uint64_t ordinal, const sheaf_place *near,
              sheaf_error *error);
  int (*read)(void *reader, sheaf_bytes *content, sheaf_error *error);
  int (*stream)(void *reader, sheaf_sink sink, void *context,
                sheaf_error *error);
} sf_format;

/// All formats, ended by a NULL.
extern const sf_format *const sf_formats[];

/// Opens the bundle in `file`, which is taken, on failure too.
int sf_bundle_open_file(sheaf_bundle **out, sf_file *file,
                        const sheaf_bundle_options *options,
                        sheaf_error *error);

/// The same for a bundle inside of another. A format that text has by chance
/// more often than by intent is asked for more there.
int sf_bundle_open_inner(sheaf_bundle **out, sf_file *file,
                         const sheaf_bundle_options *options,
                         sheaf_error *error);

/// As sheaf_bundle_open(), but errors call the bundle `name`.
int sf_bundle_open_as(sheaf_bundle **out, const char *path, const char *name,
                      const sheaf_bundle_options *options, sheaf_error *error);

/// True for a format whose bundles are opened inside of others: no single file.
bool sf_bundle_has_members(const char *format);

/// True when a file that begins with `head`, of which only some may be given,
/// may be a bundle with members; `options` may be NULL.
bool sf_bundle_may_be(sheaf_bytes head, const sheaf_bundle_options *options);

/// The options that `bundle` was opened with, and its path.
const sheaf_bundle_options *sf_bundle_options(const sheaf_bundle *bundle);
const char *sf_bundle_path(const sheaf_bundle *bundle);

/// The last place at or before `offset`, of a member, from which the bundle can
/// be read without anything before it; see sf_file_entry().
uint64_t sf_bundle_entry(const sheaf_bundle *bundle, uint64_t offset);

/// Begins a walk inside of a member that goes by `id`, and of which there is
/// `doubt`, or a code of 0: sf_walk_enter_content() comes first. `reading` is
/// borrowed.
int sf_walk_begin(sheaf_walk **out, const char *id,
                  const sheaf_bundle_options *reading, unsigned nested,
                  const sheaf_error *doubt, sheaf_error *error);

/// As sheaf_walk_enter(), for a member whose content was read: it is borrowed
/// until all of it was walked through. SHEAF_ELIMIT for a bundle that lies too
/// deep.
int sf_walk_enter_content(sheaf_walk *walk, sheaf_bytes content,
                          sheaf_error *error);

/// True for a member that a run has a row for: no folder, no record.
bool sf_member_counts(const sheaf_member *member);

// --- For the formats (member.c) --------------------------------------------

/// The flags that a member's name deserves.
unsigned sf_member_name_flags(sheaf_bytes name);

/// Fails with SHEAF_ETOOLARGE when `size`, the bytes of `what`, is over the
/// limit of one document.
int sf_member_check_size(const sf_source *source, uint64_t size,
                         const char *what, sheaf_error *error);

/// Bytes up to which any ratio of unpacked to packed ones is harmless.
#define SF_RATIO_FREE ((uint64_t)1 << 20)

/// Fails with SHEAF_ETOOLARGE when a member of `size` bytes, `packed` of them
/// in the bundle, grows more than the limit allows.
int sf_member_check_ratio(const sf_source *source, uint64_t packed,
                          uint64_t size, sheaf_error *error);

/// Makes an error that was filled tell which member it concerns, and gives it
/// `code`, which is returned.
int sf_member_fail(const sf_source *source, const sheaf_member *member,
                   int code, sheaf_error *error);

/// Fails with SHEAF_ENOMEMBER: there are only `count` members.
int sf_member_missing(const sf_source *source, uint64_t ordinal, uint64_t count,
                      sheaf_error *error);

/// Sends `size` bytes of the file at `offset` to `sink` in pieces.
int sf_member_copy(sf_file *file, uint64_t offset, uint64_t size,
                   sheaf_sink sink, void *context, sheaf_error *error);

#endif
