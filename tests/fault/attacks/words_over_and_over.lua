-- failed timeout
while true do for a,b in doc.text:words() do end end
