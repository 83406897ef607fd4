/// The end of a run as a worker sees it: a plugin's `finish` hook makes files
/// of what was kept of the documents.
#ifndef SF_RUN_FINISH_H
#define SF_RUN_FINISH_H

#include "plugin/plugin.h"
#include "run/page.h"

/// Runs `finish` of `plugin` over the records in the file `spool`. Its outputs
/// lie in `folder` then, under their names, durable or not. Notes on `page`,
/// which may be NULL, that the plugin is at work, anew with each record.
int sf_finish(sf_plugin *plugin, sf_page *page, const char *spool,
              const char *folder, sheaf_error *error);

#endif
