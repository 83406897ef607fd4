// Counts the documents in which each year is named.
"use strict";
const sheaf = require("sheaf");

sheaf.plugin({
  // Called for each document: gives what it amounts to, here its years. Nothing may
  // be kept from one document for the next: they go to many workers.
  process(doc) {
    const years = doc.spans("date").map((date) => [date.value.slice(0, 4), true]);
    return years.length ? Object.fromEntries(years) : null;
  },

  // Called when all documents are done, with what each amounts to, in their order.
  // The total begins as an empty object.
  merge(total, years) {
    for (const year of Object.keys(years)) total[year] = (total[year] ?? 0) + 1;
  },

  // Called at the end: writes the output.
  async finish(total, ctx) {
    for (const year of Object.keys(total).sort())
      if (Number(year) >= ctx.options.first) await ctx.write(`${year},${total[year]}\n`);
  },
});
