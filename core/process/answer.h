/// What a program answers about a document, carried out on it.
#ifndef SF_PROCESS_ANSWER_H
#define SF_PROCESS_ANSWER_H

#include "plugin/plugin.h"

/// What an answer is carried out on. The document is NULL where there is none,
/// as in a check; then only logs, "done" and "error" make sense.
typedef struct {
  const char *name;  ///< The plugin's, for messages.
  int64_t id;        ///< Of the question.
  sheaf_doc *doc;
  sheaf_result *result;
  sheaf_spool *spool;  ///< NULL but in `finish`.
  bool reduces;        ///< Its records are values.
  /// Sends a line to the program.
  void (*send)(void *context, const sf_buffer *line);
  void *context;
  const sheaf_value *outputs;  ///< A list of names.
  unsigned lines;              ///< Logged for this document.
  sheaf_error failure;         ///< Of the first part that failed; code 0: none.
} sf_question;

/// Carries out one message. SHEAF_OK: more will come; SHEAF_END: it was the
/// last, and what failed is in `failure`; SHEAF_EDAMAGED: it is none of the
/// protocol. After a failure the rest of the answer is passed over.
int sf_answer(sf_question *question, const sheaf_value *message,
              sheaf_error *error);

#endif
