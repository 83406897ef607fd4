;; Reads CSV: a line a row, with tabs between the cells.

(local plugin {})

;; The cells of a line. Within quotation marks a separator is one of the letters.
(fn cells-of [line separator]
  (local cells [])
  (var (cell quoted) (values "" false))
  (each [letters mark (string.gmatch (.. line separator) (.. "([^\"" separator "]*)(.)"))]
    (set cell (.. cell letters))
    (if (= mark "\"") (set quoted (not quoted))
        quoted (set cell (.. cell mark))
        (do (table.insert cells cell)
            (set cell ""))))
  cells)

;; Called for each document: gives it its text, then adds spans.
(fn plugin.process [document context]
  (local rows [])
  (each [line (string.gmatch (tostring document.content) "[^\r\n]+")]
    (table.insert rows (table.concat (cells-of line context.options.separator) "\t")))
  (document:set_text (.. (table.concat rows "\n") (if (. rows 1) "\n" "")))
  (var from 0)
  (each [_ row (ipairs rows)]
    (document:add :table_row from (+ from (length row)))
    (set from (+ from (length row) 1))))

plugin
