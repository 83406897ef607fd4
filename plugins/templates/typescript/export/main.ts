/** Writes a table of dates. */

/** A field of the table: on one line, without tabs. */
function field(value: string | Text): string {
  return sheaf.text(`${value}`).split("%s+")[0].join(" ");
}

const plugin: Hooks = {
  /** Called for each document: gives its lines of the table. */
  encode(doc) {
    let lines = "";
    for (const date of doc.spans("date"))
      lines += `${field(doc.id)}\t${field(date.value)}\t${field(date.text)}\n`;
    return lines;
  },
};

export = plugin;
