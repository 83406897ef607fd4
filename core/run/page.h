/// The page: memory that a worker shares with the supervisor, where it notes
/// what it is doing before it does it.
///
/// When the worker dies, or does not come back from a plugin, the supervisor
/// finds here which document and which plugin it was. There is one writer and
/// one reader; a note that is being written is recognised as such.
#ifndef SF_RUN_PAGE_H
#define SF_RUN_PAGE_H

#include "base/base.h"

typedef struct sf_page sf_page;

/// `step` of a note while no plugin is running.
#define SF_STEP_NONE UINT32_MAX

typedef struct {
  uint64_t call;      ///< Changes with each note.
  uint64_t document;  ///< The member's ordinal; 0: none.
  uint64_t bytes_in;  ///< Of that document, once read.
  uint64_t started;   ///< sf_now() at the beginning of what runs now.
  uint32_t step;      ///< The plugin's place in the pipeline.
  uint32_t wall_ms;   ///< How long it may take; 0: no limit.
} sf_note;

/// Makes a page; `*fd` is what the worker gets as a descriptor.
int sf_page_new(sf_page **out, int *fd, sheaf_error *error);

/// Maps the page that is behind `fd`.
int sf_page_adopt(sf_page **out, int fd, sheaf_error *error);

/// Unmaps it. NULL is allowed.
void sf_page_free(sf_page *page);

// The worker's side. A NULL page takes notes in no place. `now` is a time of
// sf_now(), which one look at the clock gives to several.

/// A document begins; `name` is that of its member. Reading it may take
/// `wall_ms`.
void sf_page_document(sf_page *page, uint64_t ordinal, sheaf_bytes name,
                      uint32_t wall_ms, uint64_t now);

/// Its content was read.
void sf_page_content(sf_page *page, uint64_t bytes_in);

/// Plugin `step` gets control, for `wall_ms` at most.
void sf_page_enter(sf_page *page, uint32_t step, uint32_t wall_ms,
                   uint64_t now);

/// Control is back.
void sf_page_leave(sf_page *page, uint64_t now);

/// No document is being worked on.
void sf_page_idle(sf_page *page);

// The supervisor's side.

/// Reads the note; false when it is just being written.
bool sf_page_read(sf_page *page, sf_note *note);

/// The name of the member. Only of a worker that has ended. Borrowed.
sheaf_bytes sf_page_name(const sf_page *page);

#endif
