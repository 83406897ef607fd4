/// A page: the text of HTML with its spans, by gumbo's tree, which is the one
/// that browsers build (HTML 5).
#ifndef PAGE_H
#define PAGE_H

#include "sheaf/plugin.h"

/// Gives the text of `html` to the document, and what its head says to the
/// document's metadata. Of a page that is over a limit, its depth or one of the
/// plugin's, the bare text is given, and the result is told that it is partial.
int page_read(sheaf_doc *doc, sheaf_bytes html,
              const sheaf_plugin_context *context, sheaf_result *result,
              sheaf_error *error);

#endif
