/// The request: what the user asked for, kept in run.json so that the run can
/// be repeated. It says what was given; the identity says what came of it.
#ifndef SF_RUN_REQUEST_H
#define SF_RUN_REQUEST_H

#include "base/base.h"
#include "sheaf/run.h"

/// Appends it as a member of a JSON object.
void sf_request_write(const sheaf_run_options *options, sf_buffer *out);

/// The options of a run, read back. They borrow from its report.
typedef struct {
  sheaf_run_options options;
  sheaf_bundle_options reading;
  sheaf_step *steps;
  const char **bundles, **allow, **limits, **filters, **plugin_path;
} sf_request;

/// Reads the options of the run that wrote `report`, run.json, but for where it
/// wrote to and how many workers it had. `allow` and `limits`, which may be
/// NULL, come behind those that it had. SHEAF_ECHANGED for a run that has not
/// kept them. Clear it either way.
int sf_request_read(sf_request *request, const sheaf_value *report,
                    const char *const *allow, const char *const *limits,
                    sheaf_error *error);
void sf_request_clear(sf_request *request);

#endif
