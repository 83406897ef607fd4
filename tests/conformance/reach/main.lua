--- What a plugin in Lua reaches. Each document is called after what to try.

local try = {}

function try.read(ctx)
  local content, why = ctx:read_file "/etc/passwd"
  return content and content:sub(1, 4), why
end

function try.write(ctx)
  local done, why = ctx:write_file(ctx.options.place .. "/" .. ctx.options.language, "x")
  return done and "written", why
end

local function spawn(ctx, ...)
  local done, why = ctx:spawn { command = { ... } }
  if not done then return nil, why end
  if done.status ~= 0 then return nil, done.errors end
  return done.output:match "[^\n]+"
end

--- Lua itself has nothing with which to connect: a program that it starts has.
function try.net(ctx)
  return spawn(ctx, "bash", "-c", ([[exec 3<>/dev/tcp/127.0.0.1/%d &&
    echo %s >&3 && head -n 1 <&3]]):format(ctx.options.port, ctx.options.language))
end

function try.spawn(ctx)
  return spawn(ctx, "sh", "-c", "echo from a shell")
end

local plugin = {}

function plugin.process(doc, ctx)
  local got, why = try[doc.member:match "^%a+"](ctx)
  if not got then return nil, why end
  doc:set_metadata("got", got)
end

return plugin
