/** Reads CSV: a line a row, with tabs between the cells. */

/** The cells of a line. Within quotation marks a separator is one of the letters. */
function cellsOf(line: string, separator: string): string[] {
  const cells: string[] = [];
  let cell = "", quoted = false;
  for (const letter of (line + separator).split("")) {
    if (letter === '"') {
      quoted = !quoted;
    } else if (letter !== separator || quoted) {
      cell += letter;
    } else {
      cells.push(cell);
      cell = "";
    }
  }
  return cells;
}

const plugin: Hooks = {
  /** Called for each document: gives it its text, then adds spans. */
  process(doc, ctx) {
    const lines = `${doc.content}`.split("\n").map((line) => line.replace("\r", ""));
    const rows = lines.filter((line) => line !== "")
      .map((line) => cellsOf(line, ctx.options.separator).join("\t"));
    doc.set_text(rows.map((row) => row + "\n").join(""));
    let from = 0;
    for (const row of rows) {
      doc.add("table_row", from, from + row.length);
      from += row.length + 1;
    }
  },
};

export = plugin;
