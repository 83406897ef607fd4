/// The report of a run in which documents were done again.
#ifndef SF_RUN_AMEND_H
#define SF_RUN_AMEND_H

#include "run/splice.h"

/// Changes `report`, run.json, into that of the spliced run: counts and sizes
/// are those of `splice`, times those of the run and of `again`, the run that
/// did the documents again. An entry in "retries" tells of it, and of the
/// `changes`. What the run is stays as it was. SHEAF_ENOMEM.
int sf_amend_report(sheaf_value *report, const sheaf_value *again,
                    const sf_splice *splice, const sheaf_value *changes);

#endif
