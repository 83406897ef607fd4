-- ok null
(""):rep(1<<62)
