-- failed limit
return string.pack("s4", ("x"):rep(30 << 20)) .. "x"
