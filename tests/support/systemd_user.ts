/** A real `systemd --user` manager of a test's own, on machines that were not booted with systemd too. */
import type { Box } from "./box.ts";
import { eventually } from "./eventually.ts";
import type { CommandResult, TestProcess } from "./process.ts";
import { hasTools } from "./process_facts.ts";

const BINARIES = ["/usr/lib/systemd/systemd", "/lib/systemd/systemd"];
/** By this systemctl(1) tells that the machine was booted with systemd. */
const BOOTED = "/run/systemd/system";

/** Why there can be no manager here, or undefined. A reason is also told loudly, for it makes tests be skipped. */
export function whyNoSystemd(): string | undefined {
  const reason = findReason();
  if (reason) console.error(`\n*** NO systemd HERE, its tests are skipped: ${reason} ***\n`);
  return reason;
}

function findReason(): string | undefined {
  if (Deno.build.os !== "linux") return "this is not Linux";
  if (!BINARIES.some(isThere) || !hasTools("systemctl")) return "it is not installed";
  const canMark = isThere(BOOTED) || Deno.uid() === 0;
  return canMark ? undefined : `${BOOTED} is missing and only root can make it`;
}

/** Starts a manager that looks for units in the box's `config/systemd/user`; `await using` ends it and its units. */
export async function startSystemdUser(box: Box): Promise<SystemdUser> {
  await Deno.mkdir(`${box.root}/config/systemd/user`, { recursive: true });
  const madeMark = !isThere(BOOTED);
  if (madeMark) await Deno.mkdir(BOOTED, { recursive: true });
  const manager = box.start([BINARIES.find(isThere)!, "--user", "--log-target=console"]);
  const user = new SystemdUser(box, { manager, madeMark });
  try {
    const isUp = () => isThere(`${box.root}/run/systemd/private`);
    await eventually("systemd --user is there", isUp, {
      explain: () => manager.stderr.text.slice(-2_000),
    });
  } catch (error) {
    await user[Symbol.asyncDispose]();
    throw error;
  }
  return user;
}

/** See {@linkcode startSystemdUser}. */
export class SystemdUser implements AsyncDisposable {
  readonly #box: Box;
  readonly #manager: TestProcess;
  readonly #madeMark: boolean;

  constructor(box: Box, { manager, madeMark }: { manager: TestProcess; madeMark: boolean }) {
    this.#box = box;
    this.#manager = manager;
    this.#madeMark = madeMark;
  }

  /** Runs `systemctl --user` to its end. */
  systemctl(...args: string[]): Promise<CommandResult> {
    return this.#box.run(["systemctl", "--user", "--no-pager", ...args]);
  }

  /** The same, and fails unless it succeeds. */
  async systemctlOk(...args: string[]): Promise<string> {
    const result = await this.systemctl(...args);
    if (result.code === 0) return result.stdout;
    throw new Error(
      `systemctl ${args.join(" ")} ended with ${result.code}: ${result.stdout}${result.stderr}\n` +
        `${this.#manager.stderr.text.slice(-4_000)}\n${await this.#box.explain()}`,
    );
  }

  /** One property of a unit, such as `ActiveState`. */
  async property(unit: string, name: string): Promise<string> {
    return (await this.systemctlOk("show", "--value", "--property", name, unit)).trim();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.systemctl("exit");
    await this.#manager.result();
    await this.#manager[Symbol.asyncDispose]();
    if (this.#madeMark) await Deno.remove(BOOTED).catch(() => {});
  }
}

function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}
