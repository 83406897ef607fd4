// Finds years.
"use strict";
const sheaf = require("sheaf");

sheaf.plugin({
  // Called for each document.
  process(doc, ctx) {
    for (const match of doc.text.matchAll(/\b\d{4}\b/g)) {
      const [value] = match, end = match.index + value.length;
      if (Number(value) >= ctx.options.first)
        doc.add("date", match.index, end, { value, precision: "year" });
    }
  },
});
