/** Counts the documents in which each year is named. */

let first = 0;

const plugin: Hooks = {
  init(options) {
    first = options.first;
  },

  /** Called for each document: gives what it amounts to, here its years. Nothing may
   * be kept from one document for the next: they go to many workers. */
  process(doc) {
    const years: Record<string, boolean> = {};
    for (const date of doc.spans("date")) years[`${date.value}`.slice(0, 4)] = true;
    return Object.keys(years).length > 0 ? years : undefined;
  },

  /** Called when all documents are done, with what each amounts to, in their order.
   * The total begins as an empty table. */
  merge(total: Record<string, number>, years: Record<string, boolean>) {
    for (const year of Object.keys(years)) total[year] = (total[year] ?? 0) + 1;
  },

  /** Called at the end: writes the output. */
  finish(total: Record<string, number>, ctx) {
    for (const year of Object.keys(total).sort())
      if (tonumber(year)! >= first) ctx.write(`${year},${total[year]}\n`);
  },
};

declare function tonumber(this: void, text: string): number | undefined;

export = plugin;
