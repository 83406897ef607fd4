-- failed limit
for i = 1, 1e9 do doc:add("kind" .. i, 0, 1) end
