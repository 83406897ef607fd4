-- failed plugin-error
require "/etc/passwd"
