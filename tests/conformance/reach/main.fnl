;; What a plugin in Fennel reaches. Each document is called after what to try.

(fn spawn [ctx ...]
  (let [(done why) (ctx:spawn {:command [...]})]
    (if (not done) (values nil why)
        (not= done.status 0) (values nil done.errors)
        (done.output:match "[^\n]+"))))

(local reach
  {:read (fn [ctx]
           (let [(content why) (ctx:read_file :/etc/passwd)]
             (values (and content (content:sub 1 4)) why)))
   :write (fn [ctx]
            (let [path (.. ctx.options.place "/" ctx.options.language)
                  (done why) (ctx:write_file path "x")]
              (values (and done :written) why)))
   :net (fn [ctx]
          (let [{: port : language} ctx.options]
            (spawn ctx :bash :-c (.. "exec 3<>/dev/tcp/127.0.0.1/" port " && echo "
                                     language " >&3 && head -n 1 <&3"))))
   :spawn (fn [ctx]
            (spawn ctx :sh :-c "echo from a shell"))})

(fn process [document ctx]
  (let [(got why) ((. reach (document.member:match "^%a+")) ctx)]
    (if got
        (document:set_metadata :got got)
        (values nil why))))

{: process}
