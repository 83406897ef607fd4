;; Counts the documents in which each year is named.

(local plugin {})

;; Called for each document: gives what it amounts to, here its years. Nothing may
;; be kept from one document for the next: they go to many workers.
(fn plugin.process [document]
  (var years nil)
  (each [date (document:spans :date)]
    (set years (or years {}))
    (tset years (date.value:sub 1 4) true))
  years)

;; Called when all documents are done, with what each amounts to, in their order.
;; The total begins as an empty table.
(fn plugin.merge [total years]
  (each [year (pairs years)]
    (tset total year (+ (or (. total year) 0) 1)))
  nil)

;; Called at the end: writes the output.
(fn plugin.finish [total context]
  (local years {})
  (each [year (pairs total)]
    (when (>= (tonumber year) context.options.first)
      (table.insert years year)))
  (table.sort years)
  (each [_ year (ipairs years)]
    (context:write (.. year "," (. total year) "\n"))))

plugin
