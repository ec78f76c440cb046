/** The tab key in real shells. */
import { openBox } from "../support/box.ts";
import { areThere } from "../support/programs.ts";
import { openTerminal, type Terminal, TERMINAL_TOOLS } from "../support/pty.ts";

const BASH_COMPLETION = "/usr/share/bash-completion/bash_completion";

/** How a shell is started without the user's own settings, and how it learns about imp. */
const SHELLS: Readonly<Record<string, { start: string; setUp: string; needs?: string }>> = {
  bash: {
    start: "bash --norc --noprofile",
    setUp: "PS1='% '; eval \"$(imp completion bash)\"; clear; echo SET UP",
  },
  "bash with bash-completion": {
    start: "bash --norc --noprofile",
    // Installed as the README says: loaded when the tab key is pressed behind imp for the first time.
    setUp: "PS1='% '; dir=~/.local/share/bash-completion/completions; mkdir -p $dir; " +
      `imp completion bash > $dir/imp; . ${BASH_COMPLETION}; clear; echo SET UP`,
    needs: BASH_COMPLETION,
  },
  zsh: {
    start: "zsh -f",
    setUp: "PS1='%% '; autoload -U compinit; compinit -u -D; source <(imp completion zsh); " +
      "clear; echo SET UP",
  },
  fish: {
    start: "fish --no-config",
    setUp: "function fish_prompt; echo -n '% '; end; imp completion fish | source; clear; " +
      "echo SET UP",
  },
};

for (const [shell, { start, setUp, needs }] of Object.entries(SHELLS)) {
  Deno.test({
    name: `${shell} completes commands, flags, values and the names of jobs`,
    ignore: !await areThere([start.split(" ")[0]!, ...TERMINAL_TOOLS, ...needs ? [needs] : []]),
    async fn() {
      await using box = await openBox();
      await box.impOk(["add", "--name", "banana", "--", "sleep", "1000000"]);
      await box.impOk(["add", "--name", "app:two", "--", "sleep", "1000000"]);
      await using terminal = await openTerminal(box, start, { columns: 120 });
      await terminal.type(setUp);
      await terminal.press("Enter");
      await terminal.waitForScreen(/^SET UP/m);
      await expectCompleted(terminal, "imp nuk", "imp nuke");
      await expectCompleted(terminal, "imp stop ban", "imp stop banana");
      await expectCompleted(terminal, "imp logs -f app:", "imp logs -f app:two");
      await expectCompleted(terminal, "imp daemon rel", "imp daemon reload");
      await expectCompleted(terminal, "imp logs --timest", "imp logs --timestamps");
      await expectCompleted(terminal, "imp add --restart unl", "imp add --restart unless-stopped");
      await expectCompleted(terminal, "imp add --restart=alw", "imp add --restart=always");
    },
  });
}

async function expectCompleted(terminal: Terminal, typed: string, completed: string) {
  await terminal.type(typed);
  await terminal.press("Tab");
  await terminal.waitForScreen(new RegExp(`^% ${completed}(?: |$)`, "m"));
  // Not Ctrl+C: what is typed right behind it is thrown away.
  await terminal.press("C-u");
  await terminal.waitForScreen(/^%$/m);
}
