/// The readers: plugins that make texts of documents, found without being
/// asked for by name.
#include <stdlib.h>
#include <string.h>

#include "plugin/path.h"
#include "plugin/private.h"

typedef struct {
  sf_manifest *manifests;
  size_t count;
  sf_reader_lost lost;
  void *context;
} reader_list;

static bool is_listed(const reader_list *list, const char *name) {
  for (size_t i = 0; i < list->count; i++)
    if (strcmp(list->manifests[i].name, name) == 0) return true;
  return false;
}

static int add(reader_list *list, sf_manifest *manifest) {
  size_t size = (list->count + 1) * sizeof *list->manifests;
  sf_manifest *grown = realloc(list->manifests, size);
  if (!grown) return SHEAF_ENOMEM;
  list->manifests = grown;
  list->manifests[list->count++] = *manifest;
  *manifest = (sf_manifest){0};
  return SHEAF_OK;
}

// A plugin that is broken stops no run that does not name it; but one that may
// be a reader is missed.
static int leave_out(const reader_list *list, sheaf_error *error) {
  if (error->code == SHEAF_ENOMEM) return SHEAF_ENOMEM;
  sf_hint(error, "a plugin that may be a reader is left out");
  list->lost(list->context, error);
  return SHEAF_OK;
}

static int look(void *context, const char *folder) {
  reader_list *list = context;
  sf_manifest manifest;
  sheaf_error error = {0};
  int code = sf_manifest_read_reader(&manifest, folder, &error);
  if (code == SHEAF_END) return SHEAF_OK;
  if (code != SHEAF_OK) return leave_out(list, &error);
  if (!is_listed(list, manifest.name)) code = add(list, &manifest);
  sf_manifest_clear(&manifest);
  return code;
}

int sf_plugin_readers(sf_manifest **out, size_t *count, const char *const *path,
                      sf_reader_lost lost, void *context, sheaf_error *error) {
  reader_list list = {.lost = lost, .context = context};
  int code = sf_plugin_each(path, look, &list);
  *out = list.manifests;
  *count = list.count;
  if (code == SHEAF_OK) return SHEAF_OK;
  for (size_t i = 0; i < list.count; i++) sf_manifest_clear(&list.manifests[i]);
  free(list.manifests);
  *out = NULL;
  *count = 0;
  return sf_no_memory(error);
}
