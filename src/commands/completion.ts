import { AppError } from "../base/app_error.ts";
import type { Command } from "./frame/command.ts";
import { writeJson } from "./frame/write.ts";
import { COMPLETION_SCRIPTS } from "./output/completion_scripts.ts";

/** `imp completion`: a script for the user's shell. */
export const command: Command = {
  usage: ["completion bash|zsh|fish"],
  description:
    "Prints a script that makes the shell complete commands, flags and the names of jobs. " +
    "It asks imp each time, so it need not be renewed.",
  flags: [],
  operands: Object.keys(COMPLETION_SCRIPTS),
  examples: [
    { command: 'eval "$(imp completion bash)"', what: "in ~/.bashrc" },
    { command: "source <(imp completion zsh)", what: "in ~/.zshrc, after compinit" },
    {
      command: "imp completion fish > ~/.config/fish/completions/imp.fish",
      what: "once",
    },
  ],
  output: 'The script. With --json {"shell","script"}.',
  exitCodes: { 0: "done", 2: "no such shell" },
  async run(ctx, args) {
    const [shell, extra] = args.operands;
    const script = COMPLETION_SCRIPTS[shell ?? ""];
    if (script === undefined || extra !== undefined) {
      throw new AppError("usage.unknown_shell", `imp completion needs the name of a shell`, {
        hint: `One of: ${Object.keys(COMPLETION_SCRIPTS).join(", ")}`,
      });
    }
    if (ctx.json) await writeJson(ctx, { shell, script });
    else await ctx.stdout.write(script);
    return 0;
  },
};
