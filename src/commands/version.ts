import { runtimeVersions } from "../platform/own_environment.ts";
import type { Command } from "./frame/command.ts";
import { writeJson, writeLines } from "./frame/write.ts";

/** `imp version`: what this is made of. */
export const command: Command = {
  usage: ["version", "-V"],
  flags: [],
  examples: [{ command: "imp --version", what: "for a report" }],
  output: "Version, build, Deno, V8 and protocol, one a line. With --json an object.",
  exitCodes: { 0: "done" },
  async run(ctx) {
    const { version, build, protocol } = ctx.build;
    const { deno, v8 } = runtimeVersions();
    if (ctx.json) await writeJson(ctx, { version, build, deno, v8, protocol });
    else {
      await writeLines(ctx, [
        `imp ${version}`,
        `build ${build}`,
        `deno ${deno}`,
        `v8 ${v8}`,
        `protocol ${protocol}`,
      ]);
    }
    return 0;
  },
};
