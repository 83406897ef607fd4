/** Finds years. */

let first: number;

const plugin: Hooks = {
  /** Called once in each worker. */
  init(options) {
    first = options.first;
  },

  /** Called for each document. */
  process(doc) {
    for (const [from, to, digits] of doc.text.each("%f[%w](%d%d%d%d)%f[%W]"))
      if (Number(digits) >= first)
        doc.add("date", from, to, { value: digits, precision: "year" });
  },
};

export = plugin;
