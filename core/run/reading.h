/// How the bundles of a run are read: the options of the run, on their way to
/// the workers.
#ifndef SF_RUN_READING_H
#define SF_RUN_READING_H

#include "run/wire.h"
#include "sheaf/bundle.h"

/// Makes `*own` the options that were given, or the defaults for NULL. Texts
/// are borrowed.
void sf_reading_take(sheaf_bundle_options *own,
                     const sheaf_bundle_options *given);

void sf_reading_pack(sf_buffer *out, const sheaf_bundle_options *reading);

/// Texts of `*reading` are new: sf_reading_clear() releases them. SHEAF_ENOMEM.
int sf_reading_unpack(sf_unpack *from, sheaf_bundle_options *reading);
void sf_reading_clear(sheaf_bundle_options *reading);

/// Appends them as a JSON object.
void sf_reading_write(sf_buffer *out, const sheaf_bundle_options *reading);

#endif
