// Leaves out short documents.
"use strict";
const sheaf = require("sheaf");

sheaf.plugin({
  // Called for each document.
  process(doc, ctx) {
    const words = doc.text.match(/\S+/g)?.length ?? 0;
    if (words < ctx.options.words) doc.drop(`only ${words} words`);
  },
});
