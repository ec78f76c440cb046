/** A world of its own for one test: directories, environment, imp; empty again at the end of the scope or it fails. */
import { assert } from "@std/assert";
import { eventually } from "./eventually.ts";
import { findImp, type ImpExecutable } from "./imp_executable.ts";
import { expectJsonOutput } from "./json_output.ts";
import { createEnvironment, prepareDirectories, TEST_ID } from "./box_environment.ts";
import { type CommandResult, type ProcessOptions, runProcess, TestProcess } from "./process.ts";
import { processesWithEnv, type ProcessInfo } from "./process_facts.ts";

/** With a daemon id of 17 characters and `daemon.sock.<pid>` after it, a socket path stays under 103 bytes. */
const LONGEST_ROOT = 40;
const LEAK_DEADLINE_MS = 60_000;
/** A thousand jobs take a while to end. */
const NUKE_DEADLINE_MS = 300_000;
/** Locks whose files stay, because removing a lock file is a race. */
const MAY_STAY = ["start.lock"];

/** Options of a command in a box. */
export interface BoxCommandOptions {
  readonly cwd?: string;
  /** In addition to the box's environment; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What to write to its stdin. */
  readonly input?: string;
  readonly deadlineMs?: number;
  /** Takes stdout as it arrives; then it is not kept. */
  readonly onStdout?: (chunk: Uint8Array) => void;
}

/** Opens a box around the executable under test, or around `imp`; `await using` closes it. */
export async function openBox(imp?: ImpExecutable): Promise<Box> {
  const executable = imp ?? await findImp();
  const root = await Deno.realPath(await Deno.makeTempDir({ dir: "/tmp", prefix: "imp-t-" }));
  assert(root.length <= LONGEST_ROOT, `"${root}" is too long for the paths of sockets`);
  await prepareDirectories(root, executable);
  return new Box(root, executable);
}

/** See {@linkcode openBox}. */
export class Box implements AsyncDisposable {
  readonly root: string;
  readonly executable: ImpExecutable;
  readonly env: Readonly<Record<string, string>>;
  /** Whether what imp prints with `--json` must be as it is written down: not where the daemon is from another time. */
  expectsKnownOutput = true;

  constructor(root: string, executable: ImpExecutable) {
    this.root = root;
    this.executable = executable;
    this.env = createEnvironment(root, executable);
  }

  /** Where commands run unless told otherwise. */
  get project(): string {
    return `${this.root}/project`;
  }

  /** What is under `imp/` here belongs to the daemons, a directory for each. */
  get runtimeDir(): string {
    return `${this.root}/run/imp`;
  }

  get stateDir(): string {
    return `${this.root}/state/imp`;
  }

  /** Runs imp to its end. */
  imp(args: readonly string[], options: BoxCommandOptions = {}): Promise<CommandResult> {
    return this.run([...this.executable.command, ...args], options);
  }

  /** Runs imp to its end and fails unless it succeeds; returns its stdout. */
  async impOk(args: readonly string[], options: BoxCommandOptions = {}): Promise<string> {
    const result = await this.imp(args, options);
    if (result.code === 0) return result.stdout;
    throw new Error(
      `imp ${args.join(" ")} ended with ${describeEnd(result)}\n${await this.explain()}`,
    );
  }

  /** Runs imp with `--json` and returns the value it prints. */
  // deno-lint-ignore no-explicit-any
  async impJson(args: readonly string[], options: BoxCommandOptions = {}): Promise<any> {
    return JSON.parse(await this.impOk([...args, "--json"], options));
  }

  /** Starts imp and leaves it running. */
  startImp(args: readonly string[], options: BoxCommandOptions = {}): TestProcess {
    return this.start([...this.executable.command, ...args], options);
  }

  /** Runs any command to its end. */
  run(command: readonly string[], options: BoxCommandOptions = {}): Promise<CommandResult> {
    const { input } = options;
    const processOptions = this.#processOptions(command, options);
    return runProcess(command, input === undefined ? processOptions : { ...processOptions, input });
  }

  /** Runs a line of shell to its end; `imp` is on its PATH. */
  shell(script: string, options: BoxCommandOptions = {}): Promise<CommandResult> {
    return this.run(["/bin/sh", "-c", script], options);
  }

  /** Starts any command and leaves it running. */
  start(command: readonly string[], options: BoxCommandOptions = {}): TestProcess {
    return new TestProcess(command, this.#processOptions(command, options));
  }

  /** Writes a file under the root and returns its path. */
  async file(path: string, text: string, mode = 0o644): Promise<string> {
    const full = `${this.root}/${path}`;
    await Deno.mkdir(full.slice(0, full.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(full, text, { mode });
    return full;
  }

  /** Every process that was started from this box and is still there. */
  processes(): Promise<ProcessInfo[]> {
    return processesWithEnv(TEST_ID, this.env[TEST_ID]!);
  }

  /** The daemons of this box that are running. */
  async daemons(): Promise<ProcessInfo[]> {
    return (await this.processes()).filter(({ command }) => / daemon run\b/.test(command));
  }

  /** Everything under the runtime directory, such as `project-1a2b3c4d/daemon.sock`. */
  runtimeFiles(): string[] {
    return listTree(this.runtimeDir);
  }

  /** What a failed test needs to be understood: processes, files and the daemons' last words. */
  async explain(): Promise<string> {
    const processes = (await this.processes()).map(({ pid, command }) => `  ${pid} ${command}`);
    const logs = listTree(this.stateDir).filter((path) => path.endsWith("daemon.log")).map((path) =>
      `--- ${path}\n${
        Deno.readTextFileSync(`${this.stateDir}/${path}`).split("\n").slice(-40).join("\n")
      }`
    );
    return ["--- processes", ...processes, "--- runtime files", ...this.runtimeFiles(), ...logs]
      .join("\n");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const nukes: string[] = [];
    for (const id of await this.#daemonIds()) {
      const nuke = ["--daemon-id", id, "nuke"];
      const result = await this.imp(nuke, { deadlineMs: NUKE_DEADLINE_MS });
      nukes.push(`imp ${nuke.join(" ")} ended with ${describeEnd(result)}`);
    }
    try {
      await eventually("nothing is left of the test", () => this.#assertNoLeak(), {
        deadlineMs: LEAK_DEADLINE_MS,
        explain: async () => [...nukes, await this.explain()].join("\n"),
      });
    } catch (error) {
      // Where the test itself has failed, too, the runner shows neither message.
      console.error(error);
      throw error;
    } finally {
      for (const { pid } of await this.processes()) kill(pid);
      await Deno.remove(this.root, { recursive: true });
    }
  }

  /** Those that listen or left something when they died, and while anything lives, those that have left a state. */
  async #daemonIds(): Promise<ReadonlySet<string>> {
    const present = this.#runtimeRest().map((path) => path.split("/")[0]!);
    const isAnyLeft = (await this.processes()).length > 0;
    const states = isAnyLeft ? listTree(this.stateDir).map((path) => path.split("/")[0]!) : [];
    return new Set([...present, ...states]);
  }

  #runtimeRest(): string[] {
    return this.runtimeFiles().filter((path) => !MAY_STAY.includes(path.split("/").at(-1)!));
  }

  async #assertNoLeak(): Promise<true> {
    const processes = await this.processes();
    const files = this.#runtimeRest();
    assert(processes.length === 0, `processes are left: ${JSON.stringify(processes)}`);
    assert(files.length === 0, `runtime files are left: ${files.join(", ")}`);
    return true;
  }

  #processOptions(
    command: readonly string[],
    { cwd, env, deadlineMs, onStdout }: BoxCommandOptions,
  ): ProcessOptions {
    const merged = Object.entries({ ...this.env, ...env }).filter((entry) =>
      entry[1] !== undefined
    );
    return {
      cwd: cwd ?? this.project,
      env: Object.fromEntries(merged as [string, string][]),
      explain: () => this.explain(),
      onEnd: (said) => this.expectsKnownOutput && expectJsonOutput(command, said),
      ...(deadlineMs === undefined ? {} : { deadlineMs }),
      ...(onStdout === undefined ? {} : { onStdout }),
    };
  }
}

/** How a command ended, in full, for the message of a failure. */
export function describeEnd({ code, signal, stdout, stderr }: CommandResult): string {
  return `${signal ?? code}\nstdout: ${stdout}\nstderr: ${stderr}`;
}

function kill(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself.
  }
}

function listTree(directory: string, prefix = ""): string[] {
  try {
    return [...Deno.readDirSync(directory)].flatMap((entry) => {
      const path = `${prefix}${entry.name}`;
      return entry.isDirectory ? listTree(`${directory}/${entry.name}`, `${path}/`) : [path];
    }).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
