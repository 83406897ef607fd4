;; Finds years.

(var first nil)

(local plugin {})

;; Called once in each worker.
(fn plugin.init [options]
  (set first options.first))

;; Called for each document.
(fn plugin.process [document]
  (each [from to digits (document.text:each "%f[%w](%d%d%d%d)%f[%W]")]
    (when (>= (tonumber digits) first)
      (document:add :date from to {:value digits :precision :year}))))

plugin
