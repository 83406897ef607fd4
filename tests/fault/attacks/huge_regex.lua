-- failed plugin-error
sheaf.regex(("(a|b?)"):rep(1e5))
