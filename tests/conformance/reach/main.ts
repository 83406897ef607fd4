/** What a plugin in TypeScript reaches. Each document is called after what to try. */

type Outcome = LuaMultiReturn<[string | undefined, string | undefined]>;

function spawn(ctx: Ctx, ...command: string[]): Outcome {
  const [done, why] = ctx.spawn({ command });
  if (done === undefined) return $multi(undefined, why);
  if (done.status !== 0) return $multi(undefined, done.errors);
  return $multi(done.output.trim(), undefined);
}

const reach: Record<string, (this: void, ctx: Ctx) => Outcome> = {
  read(ctx) {
    const [content, why] = ctx.read_file("/etc/passwd");
    return $multi(content?.substring(0, 4), why);
  },
  write(ctx) {
    const [done, why] = ctx.write_file(`${ctx.options.place}/${ctx.options.language}`, "x");
    return $multi(done === true ? "written" : undefined, why);
  },
  net: (ctx) => spawn(ctx, "bash", "-c", `exec 3<>/dev/tcp/127.0.0.1/${ctx.options.port} &&
    echo ${ctx.options.language} >&3 && head -n 1 <&3`),
  spawn: (ctx) => spawn(ctx, "sh", "-c", "echo from a shell"),
};

const plugin: Hooks = {
  process(doc, ctx) {
    const [got, why] = reach[doc.member.split(".")[0]](ctx);
    if (got === undefined) return $multi(undefined, why);
    doc.set_metadata("got", got);
  },
};

export = plugin;
