/** A box around a program of the framework. */
import { assertEquals } from "@std/assert";
import { existsSync } from "@std/fs/exists";
import { type Box, type BoxCommandOptions, openBox } from "./box.ts";
import { findImp } from "./imp_executable.ts";

/** The one whose handler does all that it should not. */
export const RUDE = "tests/fixtures/rude-program/main.ts";

/** Options of {@linkcode openProgram}. */
export interface ProgramBoxOptions {
  /** The daemons that there will be. */
  readonly ids?: readonly string[];
  /** What every call has in its environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether its daemons go by themselves, and so leave their log. */
  readonly leavesLog?: boolean;
}

/** A box around a program; its daemons are stopped at the end, and then nothing of them may be left. */
export async function openProgram(
  entry: string,
  { ids = ["default"], env = {}, leavesLog = false }: ProgramBoxOptions = {},
) {
  const open = new AsyncDisposableStack();
  const box = open.use(await openBox(await findImp({ entry })));
  const [name] = entry.split("/").slice(-2);
  const calling = ({ env: more, ...options }: BoxCommandOptions = {}) => ({
    ...options,
    env: { ...env, ...more },
  });
  const call = (args: readonly string[], input?: string, options?: BoxCommandOptions) =>
    box.imp(args, calling(input === undefined ? options : { ...options, input }));
  open.defer(async () => {
    for (const id of ids) await call(["--daemon-id", id, "--daemon", "stop"]);
    if (leavesLog) return;
    assertEquals(listFiles(`${box.root}/run/${name}`), []);
    assertEquals(listFiles(`${box.root}/state/${name}`), []);
  });
  return {
    ...{ box, call },
    /** Leaves a call running. */
    start: (args: readonly string[], options?: BoxCommandOptions) =>
      box.startImp(args, calling(options)),
    /** What the daemon stands on, such as `default/daemon.sock`. */
    runtimeFiles: () => listFiles(`${box.root}/run/${name}`),
    runtimeDir: `${box.root}/run/${name}/default`,
    log: () => Deno.readTextFileSync(`${box.root}/state/${name}/default/daemon.log`),
    pid: async (options?: BoxCommandOptions) =>
      Number((await call(["pid"], undefined, options)).stdout),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

/** The daemons of a program that there are. */
export async function programDaemons(box: Box): Promise<number[]> {
  const all = await box.processes();
  return all.filter(({ command }) => command.includes("--daemon serve")).map(({ pid }) => pid);
}

/** None where no daemon has ever been. */
function listFiles(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return [...Deno.readDirSync(directory)].flatMap(({ name, isDirectory }) =>
    isDirectory ? [name, ...listFiles(`${directory}/${name}`)] : [name]
  );
}
