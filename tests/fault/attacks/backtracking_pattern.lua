-- failed timeout
(("a"):rep(30)):find(("a-"):rep(12).."b")
