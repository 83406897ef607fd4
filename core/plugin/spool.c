/// The end of a run: what was kept of its documents, and the `finish` hook.
#include <inttypes.h>
#include <string.h>

#include "plugin/private.h"

// --- Records in a file -----------------------------------------------------

void sf_spool_length(char out[SF_SPOOL_LENGTH], size_t length) {
  for (size_t i = 0; i < SF_SPOOL_LENGTH; i++)
    out[i] = (char)(unsigned char)(length >> 8 * i);
}

int sf_spool_take(sheaf_bytes *from, sheaf_bytes *record) {
  size_t length = 0;
  if (!from->size) return SHEAF_END;
  if (from->size < SF_SPOOL_LENGTH) return SHEAF_EDAMAGED;
  for (size_t i = 0; i < SF_SPOOL_LENGTH; i++)
    length |= (size_t)(unsigned char)from->data[i] << 8 * i;
  if (length > from->size - SF_SPOOL_LENGTH) return SHEAF_EDAMAGED;
  *record = (sheaf_bytes){from->data + SF_SPOOL_LENGTH, length};
  from->data += SF_SPOOL_LENGTH + length;
  from->size -= SF_SPOOL_LENGTH + length;
  return SHEAF_OK;
}

// --- Reading them ----------------------------------------------------------

/// The plugin's time begins anew.
static void allow(const sheaf_spool *spool) {
  unsigned ms = spool->manifest->finish_ms;
  if (spool->source->allow) spool->source->allow(spool->source->context, ms);
  if (spool->granted) spool->granted(spool->context, ms);
}

int sheaf_spool_next(sheaf_spool *spool, sheaf_bytes *record,
                     sheaf_error *error) {
  if (spool->ended) return SHEAF_END;
  int code = spool->source->next(spool->source->context, record, error);
  spool->ended = code != SHEAF_OK;
  allow(spool);
  return code;
}

int sheaf_spool_value(sheaf_spool *spool, sheaf_value *value,
                      sheaf_error *error) {
  sheaf_bytes record;
  *value = (sheaf_value)SHEAF_VALUE_NULL;
  int code = sheaf_spool_next(spool, &record, error);
  if (code) return code;
  return sheaf_value_parse(value, record.data, record.size, error);
}

// --- The hook --------------------------------------------------------------

static int check_limit(const sf_manifest *manifest, const sheaf_result *result,
                       sheaf_error *error) {
  if (!result->full) return SHEAF_OK;
  sf_fail(error, SHEAF_ELIMIT, manifest->name,
          "reached its limit of %" PRIu64 " MB of output",
          manifest->finish_limit >> 20);
  sf_hint(error, "raise it: --limits %s:finish_output_mb=…", manifest->name);
  return SHEAF_ELIMIT;
}

int sf_plugin_finish(sf_plugin *plugin, const sf_spool_source *source,
                     sheaf_result *result, sheaf_error *error) {
  const sf_manifest *manifest = &plugin->manifest;
  sheaf_spool spool = {.source = source, .manifest = manifest};
  if (!HAS_HOOK(plugin->hooks, finish))
    return sf_fail(error, SHEAF_EPLUGIN, manifest->name,
                   "it has no hook 'finish'");
  result->limit = manifest->finish_limit;
  result->full = false;
  allow(&spool);
  int code = plugin->hooks->finish(plugin->state, &spool, result, error);
  int limit = check_limit(manifest, result, error);
  return limit ? limit : code;
}
