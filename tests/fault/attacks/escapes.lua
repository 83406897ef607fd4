-- failed plugin-error
for _, name in ipairs { "os", "io", "debug", "package", "dofile", "loadfile",
  "collectgarbage" } do
  if _G[name] then return end
end
if string.dump then return end
error "there is no way out"
