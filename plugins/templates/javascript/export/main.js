// Writes a table of dates.
"use strict";
const sheaf = require("sheaf");

// A field of the table: on one line, without tabs.
const field = (value) => value.replace(/\s+/g, " ");

sheaf.plugin({
  // Called for each document: gives its lines of the table.
  encode: (doc) => doc.spans("date").map((date) =>
    `${field(doc.id)}\t${field(date.value)}\t${field(date.text)}\n`).join(""),
});
