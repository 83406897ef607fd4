-- ok null
sheaf.text(("a"):rep(40)):find(sheaf.regex("(a+)+b"))
