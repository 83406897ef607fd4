/** Leaves out short documents. */

const counter = sheaf.word_counter();
let least: number;

const plugin: Hooks = {
  /** Called once in each worker. */
  init(options) {
    least = options.words;
  },

  /** Called for each document. */
  process(doc) {
    const words = counter.count(doc.text);
    if (words < least) doc.drop(`only ${words} words`);
  },
};

export = plugin;
