-- failed plugin-error
string.find(("a"):rep(300000), ("(a"):rep(40))
