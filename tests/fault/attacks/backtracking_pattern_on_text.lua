-- failed timeout
sheaf.text(("a"):rep(30)):find(("a-"):rep(12).."b")
