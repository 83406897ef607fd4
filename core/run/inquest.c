/// Reading a dead worker's page.
#include "run/inquest.h"

#include <stdio.h>

static const char *plugin_name(const sf_hand *hand, const sf_note *note) {
  const sf_job *job = &hand->run->job;
  if (note->step >= job->step_count) return NULL;
  return job->steps[note->step].manifest.name;
}

/// What the process was in, for people.
static const char *place(const sf_hand *hand, const char *plugin) {
  if (plugin) return plugin;
  bool plan = hand->task_count && hand->tasks[0].type == SF_TASK_PLAN;
  return plan ? "the listing of the bundle" : "the reading of the document";
}

static void explain(const sf_hand *hand, const char *plugin, int status,
                    int signal, sf_buffer *reason) {
  const char *where = place(hand, plugin);
  if (hand->late.call)
    sf_buffer_printf(reason, "%s did not return within %u ms", where,
                     hand->late.wall_ms);
  else if (hand->broken)
    sf_buffer_printf(reason, "its worker sent something wrong in %s", where);
  else if (signal)
    sf_buffer_printf(reason, "its worker was ended by signal %d in %s", signal,
                     where);
  else
    sf_buffer_printf(reason, "its worker ended with status %d in %s", status,
                     where);
}

/// What the user can do when a plugin takes too long.
static const char *advise(const sf_hand *hand, const char *plugin, char *hint,
                          size_t room) {
  if (!hand->late.call || !plugin) return NULL;
  snprintf(hint, room, "raise it: --limits %s:wall_ms=…", plugin);
  return hint;
}

void sf_inquire(const sf_hand *hand, int status, int signal,
                sf_inquest *found) {
  *found = (sf_inquest){.final = hand->late.call != 0};
  sf_note note;
  bool legible = sf_page_read(hand->page, &note);
  if (!legible) note = (sf_note){.step = SF_STEP_NONE};
  // Between the look that condemned it and the kill it may have moved on.
  found->innocent = found->final && note.call != hand->late.call;
  const char *plugin = plugin_name(hand, &note);
  explain(hand, plugin, status, signal, &found->reason);
  found->row = (sf_row){
      .member = note.document,
      .name = legible ? sf_page_name(hand->page) : sf_bytes(""),
      .status = SHEAF_ROW_KILLED,
      .code = found->final ? SHEAF_ETIMEOUT : SHEAF_EDIED,
      .reason = sf_buffer_bytes(&found->reason),
      .hint = advise(hand, plugin, found->hint, sizeof found->hint),
      .plugin = plugin,
      .microseconds = note.started ? (sf_now() - note.started) / 1000 : 0,
      .bytes_in = note.bytes_in,
  };
  if (!hand->task_count) return;
  found->row.bundle = hand->tasks[0].bundle;
  found->row.path = hand->run->job.bundles[hand->tasks[0].bundle];
}
