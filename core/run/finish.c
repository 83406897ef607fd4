/// Running `finish`: records from a file, outputs into files.
#include "run/finish.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/io.h"
#include "loop/loop.h"
#include "run/folder.h"
#include "run/part.h"

// --- Records ---------------------------------------------------------------

typedef struct {
  const char *path;
  sheaf_bytes whole;  ///< The file, mapped.
  sheaf_bytes rest;
  sf_page *page;
} spool_file;

static int map_file(spool_file *file, int fd, sheaf_error *error) {
  struct stat status;
  if (fstat(fd, &status))
    return sf_fail_errno(error, SHEAF_EREAD, file->path,
                         "its size cannot be told");
  size_t size = (size_t)status.st_size;
  if (!size) return SHEAF_OK;
  void *memory = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (memory == MAP_FAILED)
    return sf_fail_errno(error, SHEAF_EREAD, file->path, "it cannot be mapped");
  // Each record is read once, one behind the other.
  (void)madvise(memory, size, MADV_SEQUENTIAL);
  file->whole = file->rest = (sheaf_bytes){memory, size};
  return SHEAF_OK;
}

static int open_file(spool_file *file, sheaf_error *error) {
  int fd = open(file->path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return sf_fail_errno(error, SHEAF_EREAD, file->path, "it cannot be opened");
  int code = map_file(file, fd, error);
  close(fd);
  return code;
}

static void close_file(spool_file *file) {
  if (file->whole.size) munmap((void *)file->whole.data, file->whole.size);
}

static int next_record(void *context, sheaf_bytes *record, sheaf_error *error) {
  spool_file *file = context;
  int code = sf_spool_take(&file->rest, record);
  if (code == SHEAF_EDAMAGED)
    return sf_fail(error, code, file->path, "it is damaged at byte %zu",
                   file->whole.size - file->rest.size);
  return code;
}

static void allow(void *context, unsigned ms) {
  const spool_file *file = context;
  sf_page_enter(file->page, 0, ms, sf_now());
}

// --- Outputs ---------------------------------------------------------------

typedef struct {
  const sf_manifest *manifest;
  sf_run_folder folder;
  size_t count;
  sf_part parts[SF_OUTPUTS_MAX];  ///< Without a path: nothing was written.
  char *files[SF_OUTPUTS_MAX];    ///< Where they lie in the end.
  sheaf_error failure;            ///< In writing; code 0: none.
} output_files;

static int name_files(output_files *to, sheaf_error *error) {
  for (size_t i = 0; i < to->count; i++) {
    to->parts[i].fd = -1;
    to->files[i] = sf_run_folder_file(&to->folder,
                                      sf_manifest_output(to->manifest, i), "");
    if (!to->files[i]) return sf_no_memory(error);
  }
  return SHEAF_OK;
}

/// Begins the file of an output with its header.
static int begin_output(output_files *to, size_t output) {
  const char *header = sf_manifest_output_header(to->manifest, output);
  sf_part *part = &to->parts[output];
  int code =
      sf_part_open(part, &to->folder, sf_manifest_output(to->manifest, output),
                   0, &to->failure);
  if (code || !header[0]) return code;
  code = sf_part_append(part, sf_bytes(header), &to->failure);
  return code ? code : sf_part_append(part, sf_bytes("\n"), &to->failure);
}

static int write_record(void *context, size_t output, sheaf_bytes record) {
  output_files *to = context;
  int code = to->parts[output].path ? SHEAF_OK : begin_output(to, output);
  return code ? code : sf_part_append(&to->parts[output], record, &to->failure);
}

/// An output that nothing was written to, by whatever way, is empty but for
/// its header.
static int end_output(output_files *to, size_t output) {
  const char *name = sf_manifest_output(to->manifest, output);
  sf_part *part = &to->parts[output];
  int code = SHEAF_OK;
  if (!part->path && !access(to->files[output], F_OK)) return SHEAF_OK;
  if (!part->path) code = begin_output(to, output);
  if (!code) code = sf_part_sync(part, &to->failure);
  if (!code) code = sf_part_close(part, &to->failure);
  if (!code)
    code = sf_run_folder_rename(&to->folder, name, false, &to->failure);
  return code;
}

static int end_outputs(output_files *to) {
  int code = SHEAF_OK;
  for (size_t i = 0; i < to->count && !code; i++) code = end_output(to, i);
  return code;
}

static void close_outputs(output_files *to) {
  for (size_t i = 0; i < to->count; i++) {
    sf_part_close(&to->parts[i], NULL);
    free(to->files[i]);
  }
}

// --- Both ------------------------------------------------------------------

static int run_hook(sf_plugin *plugin, spool_file *file, output_files *to,
                    sheaf_error *error) {
  const sf_spool_source source = {next_record, allow, file};
  sheaf_result result = {
      .outputs = to->count,
      .sink = write_record,
      .context = to,
      .files = (const char *const *)to->files,
  };
  int code = sf_plugin_finish(plugin, &source, &result, error);
  sf_page_leave(file->page, sf_now());
  free(result.dropped);
  return code;
}

int sf_finish(sf_plugin *plugin, sf_page *page, const char *spool,
              const char *folder, sheaf_error *error) {
  const sf_manifest *manifest = sf_plugin_manifest(plugin);
  spool_file file = {.path = spool, .page = page};
  output_files to = {
      .manifest = manifest,
      .folder = {.path = (char *)folder, .fd = -1},
      .count = sf_manifest_output_count(manifest),
  };
  int code = name_files(&to, error);
  if (!code) code = open_file(&file, error);
  if (!code) code = run_hook(plugin, &file, &to, error);
  if (!code) code = end_outputs(&to);
  // Whatever the plugin makes of it, this is what went wrong.
  if (to.failure.code) {
    *error = to.failure;
    code = error->code;
  }
  close_outputs(&to);
  close_file(&file);
  return code;
}
