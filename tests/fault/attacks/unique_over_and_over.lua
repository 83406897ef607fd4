-- failed timeout
local text = sheaf.text(("a1 b2 "):rep(100000))
while true do text:unique "%a%d" end
