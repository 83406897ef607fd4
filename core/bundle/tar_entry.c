/// Tar: an entry is a chain of headers; the last is its own, those before it
/// say what does not fit into it.
#include <inttypes.h>
#include <stdio.h>

#include "bundle/tar.h"

// In the header of a sparse file of GNU tar, and in the blocks behind it.
enum { MORE_MAP = 482, REAL_SIZE = 483, REAL_SIZE_SIZE = 12, STILL_MORE = 504 };

/// An entry that is being read.
typedef struct {
  const sf_source *source;
  sf_tar_entry *entry;
  uint64_t at;  // Where `block` stands.
  char block[SF_TAR_BLOCK];
  sheaf_error *error;  // The first fault; later ones are of no interest.
  sheaf_error later;
  int fault;  // Its code.
} walk;

// --- Faults ----------------------------------------------------------------

static sheaf_error *next_error(walk *on) {
  return on->fault ? &on->later : on->error;
}

// Notes a fault that costs this entry alone, and returns SHEAF_OK; others are
// returned.
static int note_fault(walk *on, int code) {
  if (code != SHEAF_EDAMAGED && code != SHEAF_ETRUNCATED) return code;
  if (!on->fault) on->fault = code;
  return SHEAF_OK;
}

static uint64_t file_size(const walk *on) {
  return sf_file_size(on->source->file);
}

// The file has fewer bytes than `size` at `data`: nothing can follow.
static int fail_cut(walk *on, uint64_t data, uint64_t size) {
  uint64_t all = file_size(on), left = data < all ? all - data : 0;
  on->entry->end = all;
  return sf_fail(next_error(on), SHEAF_ETRUNCATED, NULL,
                 "the file is cut off: expected %" PRIu64
                 " bytes at byte %" PRIu64 ", found %" PRIu64,
                 size, data, left);
}

static bool fits(const walk *on, uint64_t data, uint64_t size) {
  return data <= file_size(on) && size <= file_size(on) - data;
}

// Where what follows `size` bytes at `data` begins. They must fit. The last
// block of a file may be short.
static uint64_t end_of(const walk *on, uint64_t data, uint64_t size) {
  uint64_t used = size % SF_TAR_BLOCK;
  uint64_t padding = used ? SF_TAR_BLOCK - used : 0;
  uint64_t left = file_size(on) - data - size;
  return data + size + (padding < left ? padding : left);
}

// --- Damaged headers -------------------------------------------------------

static bool has_header_at(const walk *on, uint64_t offset) {
  char block[SF_TAR_BLOCK];
  return sf_tar_read_block(on->source->file, offset, block, NULL) == SHEAF_OK &&
         sf_tar_is_header(block);
}

// True when a damaged header still tells where its data end: the next header,
// or the end of the file, is there. Else data might be taken for a header.
static bool leads_on(const walk *on, uint64_t *next) {
  sf_tar_header header;
  uint64_t data = on->at + SF_TAR_BLOCK;
  if (!sf_tar_has_magic(on->block) ||
      sf_tar_read_header(on->block, &header, NULL) ||
      !fits(on, data, header.size))
    return false;
  *next = end_of(on, data, header.size);
  return *next == file_size(on) || has_header_at(on, *next);
}

// Says what is wrong with the header, and what its loss costs.
static int fail_header(walk *on, uint64_t next, const char *why) {
  uint64_t skipped = next - on->at;
  if (next == file_size(on))
    return sf_fail(next_error(on), SHEAF_EDAMAGED, NULL,
                   "the header at byte %" PRIu64
                   " is damaged: %s; no other "
                   "header follows: the last %" PRIu64 " bytes are lost",
                   on->at, why, skipped);
  return sf_fail(next_error(on), SHEAF_EDAMAGED, NULL,
                 "the header at byte %" PRIu64 " is damaged: %s; %" PRIu64
                 " bytes are skipped, up to the next header at byte %" PRIu64,
                 on->at, why, skipped, next);
}

static bool is_extension(char type) {
  return type != '\0' && strchr("xXgLKVA", type) != NULL;
}

// What can be told of the name: a part of it may be wrong.
static void take_damaged_name(walk *on) {
  sf_buffer *name = &on->entry->name;
  const sf_buffer *given = &on->entry->extension.name;
  if (given->size > 0 && name->size == 0)
    sf_buffer_append(name, given->data, given->size);
  else if (name->size == 0 && sf_tar_has_magic(on->block))
    sf_tar_put_name(name, on->block, SF_TAR_GNU);
}

// Steps over a header that cannot be used. `*more` when it went before the
// entry's own, which follows.
static int skip_damage(walk *on, const char *why, bool *more) {
  uint64_t next;
  *more = false;
  if (leads_on(on, &next)) {
    *more = is_extension(on->block[156]) && next < file_size(on);
  } else {
    int code = sf_tar_find_header(on->source->file, on->at + SF_TAR_BLOCK,
                                  &next, next_error(on));
    if (code) return code;
  }
  take_damaged_name(on);
  int code = note_fault(on, fail_header(on, next, why));
  on->entry->end = on->at = next;
  return code;
}

static int skip_bad_sum(walk *on, uint64_t expected, uint64_t found,
                        bool *more) {
  char why[96];
  if (sf_tar_has_magic(on->block))
    snprintf(why, sizeof why,
             "its checksum is %" PRIo64 ", expected %" PRIo64 " (octal)", found,
             expected);
  else
    snprintf(why, sizeof why, "what is there is none");
  return skip_damage(on, why, more);
}

// Zeros end the archive, unless a header follows them. GNU tar goes on then
// only when it is asked to, and loses what may be most of a damaged archive.
static int take_zeros(walk *on) {
  uint64_t next;
  sf_file *file = on->source->file;
  on->entry->end = on->at;
  if (on->at > on->entry->offset)
    return sf_fail(next_error(on), SHEAF_EDAMAGED, NULL,
                   "zeros follow its extended header at byte %" PRIu64
                   ", not its own header",
                   on->at);
  int code =
      sf_tar_find_header(file, on->at + SF_TAR_BLOCK, &next, next_error(on));
  if (code) return code;
  if (next == file_size(on)) return SHEAF_END;
  on->entry->end = next;
  return sf_fail(next_error(on), SHEAF_EDAMAGED, NULL,
                 "zeros, which end an archive, stand at byte %" PRIu64
                 ", yet a header follows at byte %" PRIu64
                 ": another archive is joined to it, or a header is lost",
                 on->at, next);
}

// --- Headers before the entry's own ----------------------------------------

static int read_extension(walk *on, char type, uint64_t data, uint64_t size) {
  sf_tar_extension *extension = &on->entry->extension;
  sf_file *file = on->source->file;
  unsigned max = on->source->options.max_name;
  if (type == 'x' || type == 'X')
    return sf_tar_read_pax(file, data, size, max, extension, next_error(on));
  if (type == 'L')
    return sf_tar_read_text(file, data, size, max, true, &extension->name,
                            next_error(on));
  if (type == 'K')
    return sf_tar_read_text(file, data, size, max, true, &extension->link,
                            next_error(on));
  return SHEAF_OK;
}

static int take_extension(walk *on, const sf_tar_header *header) {
  uint64_t data = on->at + SF_TAR_BLOCK;
  if (!fits(on, data, header->size)) return fail_cut(on, data, header->size);
  int code = read_extension(on, header->type, data, header->size);
  on->at = end_of(on, data, header->size);
  return note_fault(on, code);
}

// --- The entry's own header ------------------------------------------------

// GNU tar's sparse map goes on in blocks between the header and the data.
static int skip_map(walk *on) {
  sf_tar_entry *entry = on->entry;
  char block[SF_TAR_BLOCK];
  bool more = on->block[MORE_MAP] != '\0';
  for (; more; entry->data += SF_TAR_BLOCK) {
    if (!fits(on, entry->data, SF_TAR_BLOCK))
      return fail_cut(on, entry->data, SF_TAR_BLOCK);
    int code =
        sf_tar_read_block(on->source->file, entry->data, block, next_error(on));
    if (code) return code;
    more = block[STILL_MORE] != '\0';
  }
  return SHEAF_OK;
}

static int take_gnu_sparse(walk *on) {
  int64_t size;
  sf_tar_extension *extension = &on->entry->extension;
  extension->sparse = SF_TAR_GNU_MAP;
  if (!sf_tar_number(on->block + REAL_SIZE, REAL_SIZE_SIZE, &size) || size < 0)
    return sf_fail(next_error(on), SHEAF_EDAMAGED, NULL,
                   "the size of the sparse file is no number");
  extension->has_real_size = true;
  extension->real_size = (uint64_t)size;
  return skip_map(on);
}

// Old tars have no type for folders, only a name that ends in a slash.
static bool is_old_folder(const sf_tar_entry *entry) {
  const sf_buffer *name = &entry->name;
  return entry->type == '\0' && name->size > 0 &&
         name->data[name->size - 1] == '/';
}

// Some writers give links and folders a size; some of those have data, too.
static bool lacks_data(const walk *on, uint64_t size) {
  const sf_tar_entry *entry = on->entry;
  char block[SF_TAR_BLOCK];
  if ((entry->type < '1' || entry->type > '6') && !is_old_folder(entry))
    return false;
  if (!fits(on, entry->data, size)) return true;
  int code = sf_tar_read_block(on->source->file, entry->data, block, NULL);
  return code || sf_tar_is_header(block) ||
         (sf_tar_is_zero(block) && !entry->extension.has_size);
}

static int place_data(walk *on, uint64_t size) {
  sf_tar_entry *entry = on->entry;
  const sf_tar_extension *extension = &entry->extension;
  if (lacks_data(on, size)) size = 0;
  entry->packed_size = size;
  entry->size = extension->has_real_size ? extension->real_size : size;
  if (!fits(on, entry->data, size)) return fail_cut(on, entry->data, size);
  entry->end = end_of(on, entry->data, size);
  if (extension->sparse == SF_TAR_DENSE || extension->has_real_size)
    return SHEAF_OK;
  return sf_fail(next_error(on), SHEAF_EDAMAGED, NULL,
                 "the size of the sparse file is missing");
}

static int take_texts(walk *on, const sf_tar_header *header) {
  sf_tar_entry *entry = on->entry;
  const sf_tar_extension *extension = &entry->extension;
  sheaf_bytes link = sf_tar_link(on->block);
  entry->name.size = 0;
  if (extension->name.size > 0)
    sf_buffer_append(&entry->name, extension->name.data, extension->name.size);
  else
    sf_tar_put_name(&entry->name, on->block, header->dialect);
  if (extension->link.size > 0) link = sf_buffer_bytes(&extension->link);
  sf_buffer_append(&entry->link, link.data, link.size);
  bool failed = entry->name.failed || entry->link.failed;
  return failed ? sf_no_memory(next_error(on)) : SHEAF_OK;
}

static int take_header(walk *on, const sf_tar_header *header) {
  sf_tar_entry *entry = on->entry;
  const sf_tar_extension *extension = &entry->extension;
  entry->header = on->at;
  entry->data = on->at + SF_TAR_BLOCK;
  entry->type = header->type;
  entry->modified =
      extension->has_modified ? extension->modified : header->modified;
  int code = take_texts(on, header);
  if (!code && header->type == 'S') code = note_fault(on, take_gnu_sparse(on));
  if (code || on->fault == SHEAF_ETRUNCATED) return code;
  uint64_t size = extension->has_size ? extension->size : header->size;
  return note_fault(on, place_data(on, size));
}

// --- The chain -------------------------------------------------------------

// Takes the next header. `*more` while it was not the entry's own.
static int take_block(walk *on, bool *more) {
  sf_tar_header header;
  sheaf_error fault;
  uint64_t expected, found;
  *more = false;
  int code =
      sf_tar_read_block(on->source->file, on->at, on->block, next_error(on));
  if (code == SHEAF_END && on->at > on->entry->offset)
    return fail_cut(on, on->at, SF_TAR_BLOCK);
  if (code) return code;
  if (sf_tar_is_zero(on->block)) return take_zeros(on);
  if (!fits(on, on->at, SF_TAR_BLOCK))
    return fail_cut(on, on->at, SF_TAR_BLOCK);
  if (!sf_tar_check_sum(on->block, &expected, &found))
    return skip_bad_sum(on, expected, found, more);
  if (sf_tar_read_header(on->block, &header, &fault))
    return skip_damage(on, fault.why, more);
  if (!is_extension(header.type)) return take_header(on, &header);
  code = take_extension(on, &header);
  *more = code == SHEAF_OK;
  return code;
}

static void reset(sf_tar_entry *entry, uint64_t offset) {
  sf_buffer name = entry->name, link = entry->link;
  sf_tar_extension *extension = &entry->extension;
  sf_buffer long_name = extension->name, long_link = extension->link;
  name.size = link.size = long_name.size = long_link.size = 0;
  *entry = (sf_tar_entry){.offset = offset,
                          .header = offset,
                          .data = offset,
                          .end = offset + SF_TAR_BLOCK,
                          .name = name,
                          .link = link,
                          .extension = {.name = long_name, .link = long_link}};
}

int sf_tar_read_entry(const sf_source *source, uint64_t offset,
                      sf_tar_entry *entry, sheaf_error *error) {
  walk on = {.source = source, .entry = entry, .at = offset, .error = error};
  bool more = true;
  int code = SHEAF_OK;
  reset(entry, offset);
  while (more && !code) code = note_fault(&on, take_block(&on, &more));
  if (code && on.fault) *error = on.later;
  return code ? code : on.fault;
}

void sf_tar_clear_entry(sf_tar_entry *entry) {
  sf_buffer_clear(&entry->name);
  sf_buffer_clear(&entry->link);
  sf_buffer_clear(&entry->extension.name);
  sf_buffer_clear(&entry->extension.link);
  *entry = (sf_tar_entry){0};
}
