/** Chooses the sentences whose words are frequent in the document. */

const counter = sheaf.word_counter({ min: 3, stop: "en" });
let wanted: number;

const plugin: Hooks = {
  /** Called once in each worker. */
  init(options) {
    wanted = options.sentences;
  },

  /** Called for each document. */
  process(doc) {
    counter.count(doc.text);
    const [sentences, scores] = counter.best(doc.text, { count: wanted, min: 4 });
    sentences.forEach((sentence, i) =>
      doc.add("summary", sentence.from, sentence.to, { rank: i + 1, score: scores[i] }));
  },
};

export = plugin;
