// Reads CSV: a line a row, with tabs between the cells.
"use strict";
const sheaf = require("sheaf");

/** The cells of a line. Within quotation marks a separator is one of the letters. */
function cellsOf(line, separator) {
  const cells = [];
  let cell = "", quoted = false;
  for (const [, letters, mark] of (line + separator)
    .matchAll(new RegExp(`([^"${separator}]*)(["${separator}])`, "g"))) {
    cell += letters;
    if (mark === '"') {
      quoted = !quoted;
    } else if (quoted) {
      cell += mark;
    } else {
      cells.push(cell);
      cell = "";
    }
  }
  return cells;
}

sheaf.plugin({
  /** Called for each document: gives it its text, then adds spans. */
  process(doc, ctx) {
    const lines = doc.content.toString().match(/[^\r\n]+/g) ?? [];
    const rows = lines.map((line) => cellsOf(line, ctx.options.separator).join("\t"));
    doc.set_text(rows.map((row) => row + "\n").join(""));
    let start = 0;
    for (const row of rows) {
      doc.add("table_row", start, start + row.length);
      start += row.length + 1;
    }
  },
});
