// What a plugin in JavaScript reaches. Each document is called after what to try.
"use strict";
const { execFileSync } = require("node:child_process");
const { readFileSync, writeFileSync } = require("node:fs");
const { connect } = require("node:net");
const sheaf = require("sheaf");

const reach = {
  read: () => readFileSync("/etc/passwd", "utf8").slice(0, 4),
  write({ place, language }) {
    writeFileSync(`${place}/${language}`, "x");
    return "written";
  },
  net: ({ port, language }) => new Promise((done, fail) => {
    const connection = connect(port, "127.0.0.1");
    connection.once("error", fail);
    connection.once("data", (data) => {
      connection.end();
      done(`${data}`.trim());
    });
    connection.write(`${language}\n`);
  }),
  spawn: () => execFileSync("sh", ["-c", "echo from a shell"], { encoding: "utf8" }).trim(),
};

sheaf.plugin({
  async process(doc, ctx) {
    doc.set_metadata("got", await reach[doc.member.split(".")[0]](ctx.options));
  },
});
