/// What becomes of a document: how its row tells it.
#include <string.h>

#include "run/pipeline.h"

bool sf_passage_goes_on(const sf_passage *passage) {
  sheaf_status status = passage->row.status;
  return status == SHEAF_ROW_OK || status == SHEAF_ROW_PARTIAL;
}

static void set_reason(sf_passage *passage, const char *text) {
  passage->reason.size = 0;
  sf_buffer_puts(&passage->reason, text);
  passage->row.reason = sf_buffer_bytes(&passage->reason);
  passage->row.hint = NULL;
}

void sf_passage_blame(sf_passage *passage, const sheaf_error *error,
                      bool what) {
  passage->reason.size = 0;
  if (what && error->what[0])
    sf_buffer_printf(&passage->reason, "%s: ", error->what);
  sf_buffer_puts(&passage->reason, error->why);
  memcpy(passage->hint, error->hint, sizeof passage->hint);
  passage->row.code = error->code;
  passage->row.reason = sf_buffer_bytes(&passage->reason);
  passage->row.hint = passage->hint;
}

void sf_passage_fail(sf_passage *passage, const char *plugin,
                     const sheaf_error *error) {
  sf_row *row = &passage->row;
  if (row->status != SHEAF_ROW_OK) return;
  row->status = passage->succeeded ? SHEAF_ROW_PARTIAL : SHEAF_ROW_FAILED;
  row->plugin = plugin;
  sf_passage_blame(passage, error, false);
}

void sf_passage_tell_unread(sf_passage *passage) {
  sf_row *row = &passage->row;
  if (!passage->unread.code || row->status != SHEAF_ROW_OK) return;
  row->status = SHEAF_ROW_PARTIAL;
  row->plugin = passage->reader;
  sf_passage_blame(passage, &passage->unread, false);
}

void sf_passage_drop(sf_passage *passage, const char *plugin,
                     const char *reason) {
  sf_row *row = &passage->row;
  row->status = SHEAF_ROW_SKIPPED;
  row->code = 0;
  row->plugin = plugin;
  set_reason(passage, reason);
}

void sf_passage_refuse(sf_passage *passage, int code, const char *why) {
  passage->row.status = SHEAF_ROW_FAILED;
  passage->row.code = code;
  set_reason(passage, why);
}
