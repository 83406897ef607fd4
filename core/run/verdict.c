/// Who is to blame when a worker dies, and what becomes of the document.
#include "run/queue_parts.h"

enum {
  DEATHS_OF_PLAN = 2,  ///< Workers that a plan may cost.
  DEATHS_OF_BLOCK = 8  ///< Workers that died nobody knows on what.
};

static int accept_sentence(sf_queue *queue, sf_piece *piece,
                           const sf_buffer *sentence, sheaf_error *error) {
  const sf_task task = {.piece = piece, .last = piece->last};
  if (sentence->failed) return sf_no_memory(error);
  return sf_queue_unit(queue, &task, sf_buffer_bytes(sentence), error);
}

int sf_queue_settle(sf_queue *queue, sf_piece *piece, sheaf_error *error) {
  int code = SHEAF_OK;
  piece->state = SF_WAITING;
  if (piece->condemned && piece->member >= piece->condemned) {
    piece->condemned = 0;
    code = accept_sentence(queue, piece, &piece->sentence, error);
  }
  if (piece->member > piece->last) piece->state = SF_DONE;
  return code ? code : sf_queue_advance(queue, error);
}

static int plan_died(sf_queue *queue, const sf_task *task, const sf_row *row,
                     sheaf_error *error) {
  sf_planned *plan = task->plan;
  sheaf_error failure;
  plan->again = plan->count;
  plan->state = SF_WAITING;
  if (++plan->deaths < DEATHS_OF_PLAN) return SHEAF_OK;
  sf_fail(&failure, SHEAF_EREAD, row->path, "%.*s", (int)row->reason.size,
          row->reason.data);
  return sf_queue_plan_end(queue, task, "", &failure, error);
}

/// Marks a document as killed. A careful worker has sent the rows of all
/// documents before it; otherwise they are done again before its turn comes.
static int condemn(sf_queue *queue, sf_piece *piece, const sf_row *row,
                   sheaf_error *error) {
  sf_buffer sentence = {0};
  sf_unit_add(&sentence, row, NULL, 0);
  if (!piece->careful) {
    piece->condemned = row->member;
    piece->sentence = sentence;
    return SHEAF_OK;
  }
  int code = accept_sentence(queue, piece, &sentence, error);
  sf_buffer_clear(&sentence);
  return code;
}

int sf_queue_died(sf_queue *queue, const sf_task *task, const sf_row *row,
                  bool final, sheaf_error *error) {
  if (task->type == SF_TASK_PLAN) return plan_died(queue, task, row, error);
  sf_piece *piece = task->piece;
  sf_row killed = *row;
  if (killed.member < piece->member || killed.member > task->last)
    killed.member = 0;
  bool again = killed.member && killed.member == piece->suspect;
  piece->suspect = killed.member;
  // A worker notes each document before it touches it, so that one which died
  // on none was killed by someone else; but that must come to an end, too.
  bool left = piece->member <= task->last;
  if (!killed.member && left && ++piece->deaths >= DEATHS_OF_BLOCK) {
    killed.member = piece->member;
    killed.name = sf_bytes("");
    piece->deaths = 0;
    again = true;
  }
  int code = SHEAF_OK;
  if (again || (final && killed.member))
    code = condemn(queue, piece, &killed, error);
  piece->careful = true;
  return code ? code : sf_queue_settle(queue, piece, error);
}
