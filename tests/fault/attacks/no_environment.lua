-- failed plugin-error
_ENV = nil
return x
