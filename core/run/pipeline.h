/// The pipeline: open plugins, through which documents go one by one.
#ifndef SF_RUN_PIPELINE_H
#define SF_RUN_PIPELINE_H

#include "doc/doc.h"
#include "run/page.h"
#include "run/row.h"
#include "run/timing.h"

typedef struct sf_pipeline sf_pipeline;

/// How long a plugin may take to open.
#define SF_OPEN_MS 30000

/// Opens the plugins that `order` lists (see sf_job_order()) and reads past
/// them. Notes on `page`, which may be NULL, which plugin it is in.
int sf_pipeline_open(sf_pipeline **out, sf_unpack *order, sf_page *page,
                     sheaf_error *error);
void sf_pipeline_close(sf_pipeline *pipeline);

/// Runs `doc` through the plugins and fills in `row` what became of it:
/// status, code, plugin, reason (borrowed until the next call), bytes_out.
void sf_pipeline_run(sf_pipeline *pipeline, sheaf_doc *doc, sf_row *row);

/// The records of the document that was run last, one an output.
const sf_buffer *sf_pipeline_records(const sf_pipeline *pipeline,
                                     size_t *outputs);

/// Appends the packed timings since the last call.
void sf_pipeline_timings(sf_pipeline *pipeline, sf_buffer *packed);

#endif
