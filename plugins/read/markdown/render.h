/// Markdown rendered as HTML.
#ifndef RENDER_H
#define RENDER_H

#include "sheaf/plugin.h"

/// Renders CommonMark with the extensions of GitHub. HTML in it stays as it
/// is. Sets `html` to text that the caller frees. Fails with SHEAF_ELIMIT,
/// SHEAF_ETIMEOUT or SHEAF_ENOMEM at the limits of the plugin.
int render_markdown(sheaf_bytes text, const sheaf_plugin_context *plugin,
                    sheaf_bytes *html, sheaf_error *error);

#endif
