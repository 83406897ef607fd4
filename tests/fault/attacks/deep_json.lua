-- failed plugin-error
sheaf.json.decode(("["):rep(1e6))
