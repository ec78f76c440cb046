/** A box in which everything is done by an ordinary user, who has a program with which he can become root. */
import { type Box, type BoxCommandOptions, describeEnd, openBox } from "./box.ts";
import { findImp } from "./imp_executable.ts";
import type { CommandResult } from "./process.ts";
import { hasTools } from "./process_facts.ts";

const USER = 65_534;
const AS_USER = ["setpriv", `--reuid=${USER}`, `--regid=${USER}`, "--clear-groups"];

/** True where this can be done: it takes root, and a compiled imp that the other user may read. */
export const CAN_BE_OTHER_USER = Deno.build.os === "linux" && Deno.uid() === 0 &&
  hasTools("setpriv") && (await findImp()).kind === "compiled";

/** Opens one; at its end the user's daemon is gone, and so are those that root has to kill. */
export async function openUserBox(): Promise<UserBox> {
  const box = await openBox();
  const imp = `${box.root}/imp`;
  const become = `${box.root}/become`;
  await Deno.copyFile(box.executable.command[0]!, imp);
  await Deno.copyFile(await which("setpriv"), become);
  const { code, stderr } = await box.run(["chown", "-R", `${USER}:${USER}`, box.root]);
  if (code !== 0) throw new Error(stderr);
  await Deno.chown(become, 0, 0);
  await Deno.chmod(become, 0o4755);
  return new UserBox(box, [...AS_USER, imp], become);
}

/** See {@linkcode openUserBox}. */
export class UserBox implements AsyncDisposable {
  readonly box: Box;
  readonly #imp: readonly string[];
  readonly #become: string;

  constructor(box: Box, imp: readonly string[], become: string) {
    this.box = box;
    this.#imp = imp;
    this.#become = become;
  }

  /** The words that run a command as root, for the user: they stand for `sudo`. */
  get asRoot(): string {
    return `${this.#become} --reuid=0 --regid=0 --clear-groups`;
  }

  imp(args: readonly string[], options: BoxCommandOptions = {}): Promise<CommandResult> {
    return this.box.run([...this.#imp, ...args], options);
  }

  async impOk(args: readonly string[]): Promise<string> {
    const result = await this.imp(args);
    if (result.code === 0) return result.stdout;
    const told = `imp ${args.join(" ")} ended with ${describeEnd(result)}`;
    throw new Error(`${told}\n${await this.box.explain()}`);
  }

  // deno-lint-ignore no-explicit-any
  async impJson(args: readonly string[]): Promise<any> {
    return JSON.parse(await this.impOk([...args, "--json"]));
  }

  /** As root: what the user cannot end. */
  kill(pid: number): void {
    try {
      Deno.kill(pid, "SIGKILL");
    } catch {
      // It has ended.
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { pid, command } of await this.box.processes()) {
      if (!/daemon run|imp-shim/.test(command)) this.kill(pid);
    }
    await this.imp(["nuke"]);
    await this.box[Symbol.asyncDispose]();
  }
}

async function which(program: string): Promise<string> {
  for (const directory of (Deno.env.get("PATH") ?? "").split(":")) {
    try {
      return await Deno.realPath(`${directory}/${program}`);
    } catch {
      // Not there.
    }
  }
  throw new Error(`${program} is not on the PATH`);
}
