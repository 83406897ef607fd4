/// What people are told about plugins: one, all of them, and a digest.
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "io/io.h"
#include "plugin/path.h"
#include "plugin/plugin.h"
#include "plugin/private.h"

static int describe(sheaf_value *out, sf_manifest *manifest) {
  int code = sf_permissions_grant(manifest, NULL, NULL, NULL);
  *out = manifest->json;
  manifest->json = (sheaf_value)SHEAF_VALUE_NULL;
  if (code == SHEAF_OK)
    code = sheaf_value_set_string(out, "folder", manifest->folder);
  if (code == SHEAF_OK)
    code = sheaf_value_set(out, "granted", manifest->grants);
  manifest->grants = (sheaf_value)SHEAF_VALUE_NULL;
  return code;
}

int sheaf_plugin_info(sheaf_value *out, const char *name,
                      const char *const *path, sheaf_error *error) {
  sf_manifest manifest;
  int code = sf_manifest_load(&manifest, name, path, error);
  if (code != SHEAF_OK) return code;
  code = describe(out, &manifest);
  sf_manifest_clear(&manifest);
  return code == SHEAF_OK ? code : sf_no_memory(error);
}

// --- All plugins -----------------------------------------------------------

static int describe_broken(sheaf_value *out, const char *folder,
                           const sheaf_error *error) {
  int code = sheaf_value_map(out);
  if (code == SHEAF_OK) code = sheaf_value_set_string(out, "folder", folder);
  if (code == SHEAF_OK) code = sheaf_value_set_string(out, "error", error->why);
  return code;
}

static int add_plugin(void *context, const char *folder) {
  sheaf_value *list = context, entry = SHEAF_VALUE_NULL;
  sf_manifest manifest;
  sheaf_error error;
  int code = sf_manifest_read(&manifest, folder, &error);
  code = code == SHEAF_OK ? describe(&entry, &manifest)
                          : describe_broken(&entry, folder, &error);
  sf_manifest_clear(&manifest);
  if (code == SHEAF_OK) return sheaf_value_append(list, entry);
  sheaf_value_clear(&entry);
  return code;
}

static int compare_plugins(const void *left, const void *right) {
  const char *a = sheaf_value_get_string(left, "name", "~");
  const char *b = sheaf_value_get_string(right, "name", "~");
  return strcmp(a, b);
}

int sheaf_plugin_list(sheaf_value *out, const char *const *path,
                      sheaf_error *error) {
  int code = sheaf_value_list(out);
  if (code == SHEAF_OK) code = sf_plugin_each(path, add_plugin, out);
  if (code != SHEAF_OK) {
    sheaf_value_clear(out);
    return sf_no_memory(error);
  }
  sheaf_items *items = out->as.items;
  if (items->count)
    qsort(items->values, items->count, sizeof *items->values, compare_plugins);
  return SHEAF_OK;
}

// --- Digest ----------------------------------------------------------------

static int compare_entries(const struct dirent **a, const struct dirent **b) {
  return strcmp((*a)->d_name, (*b)->d_name);
}

// What is hidden, or made by tools out of what counts, does not.
static int counts(const struct dirent *entry) {
  static const char *const made[] = {"node_modules", "__pycache__"};
  for (size_t i = 0; i < SF_COUNT(made); i++)
    if (strcmp(entry->d_name, made[i]) == 0) return 0;
  return entry->d_name[0] != '.';
}

static int digest_file(sf_sha256 *sha, const char *name, const char *path,
                       sheaf_error *error) {
  char piece[16 << 10];
  sf_file *file;
  int code = sf_file_open(&file, path, error);
  if (code) return code;
  uint64_t size = sf_file_size(file);
  sf_sha256_update(sha, name, strlen(name) + 1);
  sf_sha256_update(sha, &size, sizeof size);
  for (uint64_t at = 0; at < size && !code; at += sizeof piece) {
    uint64_t left = size - at;
    size_t count = left < sizeof piece ? (size_t)left : sizeof piece;
    code = sf_file_read(file, at, piece, count, error);
    if (!code) sf_sha256_update(sha, piece, count);
  }
  sf_file_close(file);
  return code;
}

static int digest_folder(sf_sha256 *sha, const char *folder, int depth,
                         sheaf_error *error);

// A link counts as the file that it leads to; one to a folder does not count.
static int digest_entry(sf_sha256 *sha, const char *name, const char *path,
                        int depth, sheaf_error *error) {
  struct stat facts;
  if (lstat(path, &facts) == 0 && S_ISDIR(facts.st_mode))
    return depth > 0 ? digest_folder(sha, path, depth - 1, error) : SHEAF_OK;
  if (stat(path, &facts) != 0 || !S_ISREG(facts.st_mode)) return SHEAF_OK;
  return digest_file(sha, name, path, error);
}

// Takes the files of `folder` in byte order of their names, then those of the
// folders in it.
static int digest_folder(sf_sha256 *sha, const char *folder, int depth,
                         sheaf_error *error) {
  struct dirent **entries = NULL;
  int count = scandir(folder, &entries, counts, compare_entries);
  if (count < 0)
    return sf_fail_errno(error, SHEAF_ELOAD, folder, "cannot be read");
  int code = SHEAF_OK;
  for (int i = 0; i < count; i++) {
    char *path = sf_path_join(folder, entries[i]->d_name);
    if (!path) code = sf_no_memory(error);
    if (code == SHEAF_OK)
      code = digest_entry(sha, entries[i]->d_name, path, depth, error);
    free(path);
    free(entries[i]);
  }
  free(entries);
  return code;
}

int sf_manifest_digest(const sf_manifest *manifest, char hex[SF_SHA256_HEX],
                       sheaf_error *error) {
  sf_sha256 sha;
  sf_sha256_init(&sha);
  int code = digest_folder(&sha, manifest->folder, 3, error);
  sf_sha256_hex(&sha, hex);
  return code;
}
