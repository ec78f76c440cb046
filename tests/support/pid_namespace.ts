/** Pids of its own for a test: there a pid can be had again at once, and a signal to everybody reaches nobody else. */
import type { Box } from "./box.ts";
import { hasTools } from "./process_facts.ts";
import type { TestProcess } from "./process.ts";

/** Linux lets only root choose the next pid. */
export function canChoosePids(tests: string): boolean {
  const can = Deno.build.os === "linux" && Deno.uid() === 0 && hasTools("unshare") &&
    new Deno.Command("unshare", { args: ["-pf", "--mount-proc", "true"], stderr: "null" })
      .outputSync().success;
  if (!can) console.warn(`NOT RUN: ${tests}, for pid namespaces cannot be had here`);
  return can;
}

/** A shell that is init of a pid namespace; everything in it ends with the scope. */
export class PidNamespace implements AsyncDisposable {
  readonly #shell: TestProcess;
  #commands = 0;

  constructor(box: Box) {
    this.#shell = box.start(["unshare", "-pf", "--kill-child", "--mount-proc", "/bin/sh"]);
  }

  /** Runs lines of shell there; returns what they say, on stdout and stderr. */
  async sh(script: string): Promise<string> {
    const from = this.#shell.stdout.text.length;
    const end = `END OF ${++this.#commands}`;
    await this.#shell.write(`{\n${script}\n} </dev/null 2>&1; echo "${end}"\n`);
    const text = await this.#shell.waitForStdout(`${end}\n`);
    return text.slice(from, text.lastIndexOf(end)).trimEnd();
  }

  /** What imp says with `--json`. */
  // deno-lint-ignore no-explicit-any
  async impJson(args: string): Promise<any> {
    return JSON.parse(await this.sh(`imp --json ${args}`));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#shell.closeStdin();
    await this.#shell.result();
  }
}
