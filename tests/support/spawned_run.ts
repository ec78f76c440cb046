import type { ProcessIdentity } from "../../src/platform/processes/process_identity.ts";
import { keeperMark, type KeptStream } from "../../src/platform/spawn/keeper.ts";
import { type KeptState, lookAtKeptOutputs } from "../../src/platform/spawn/kept_output.ts";
import { membersOfRun, type ProcessEntry } from "../../src/platform/processes/process_tree.ts";
import { signalProcess } from "../../src/platform/processes/process_identity.ts";
import { openLibc } from "../../src/platform/libc.ts";
import { reapChild } from "../../src/platform/own_children.ts";
import {
  type SpawnedShim,
  spawnRun,
  type SpawnRunOptions,
} from "../../src/platform/spawn/spawn_run.ts";
import { eventually } from "./eventually.ts";

// Stays open for good: opened here, so that it is not taken for a leak of the first test that needs it.
openLibc();

/** The daemon, by its directory, and the job that the runs of these tests say they belong to. */
export const TEST_STATE_DIR = "/nowhere/spawned-run-test";
export const TEST_JOB = "T3s";
/** Test files that run at the same time share a process, and must not take each other's runs for their own. */
const FIRST_RUN = 1 + crypto.getRandomValues(new Uint32Array(1))[0]!;
let runs = 0;

/** A real run in a directory of its own; whatever is left of it is killed at the end of the scope. */
export class SpawnedRun implements AsyncDisposable {
  readonly dir: string;
  readonly runDir: string;
  readonly runId: string;
  /** Our child: the shim, or what holds its terminal. */
  readonly pid: number;
  readonly shimPid: number;
  readonly shim: ProcessIdentity;
  readonly #isDirOurs: boolean;
  #isReaped = false;

  constructor(
    command: readonly string[],
    options: Partial<SpawnRunOptions> & { dir?: string } = {},
  ) {
    this.#isDirOurs = options.dir === undefined;
    this.dir = options.dir ?? Deno.makeTempDirSync({ prefix: "imp-run-" });
    this.runId = `${TEST_JOB}-${FIRST_RUN + runs++}`;
    this.runDir = `${this.dir}/${this.runId}`;
    Deno.mkdirSync(this.runDir);
    Deno.writeTextFileSync(`${this.runDir}/queued`, "");
    const { env, ...rest } = options;
    const { pid, shim } = this.#spawn({
      runDir: this.runDir,
      stateDir: TEST_STATE_DIR,
      runId: this.runId,
      command,
      cwd: this.dir,
      env: {
        PATH: "/usr/local/bin:/usr/bin:/bin",
        IMP_STATE_DIR: TEST_STATE_DIR,
        IMP_JOB_ID: TEST_JOB,
        IMP_RUN_ID: this.runId,
        ...env,
      },
      umask: 0o022,
      stdoutPath: this.stdoutPath,
      stderrPath: this.stderrPath,
      ...rest,
    });
    this.pid = pid;
    this.shimPid = shim!.pid;
    this.shim = shim!;
  }

  #spawn(options: SpawnRunOptions): SpawnedShim {
    try {
      return spawnRun(options);
    } catch (error) {
      // Nobody will dispose of what could not be made.
      if (this.#isDirOurs) Deno.removeSync(this.dir, { recursive: true });
      throw error;
    }
  }

  get stdoutPath(): string {
    return `${this.runDir}.stdout.log`;
  }

  get stderrPath(): string {
    return `${this.runDir}.stderr.log`;
  }

  stdout(): string {
    return Deno.readTextFileSync(this.stdoutPath);
  }

  stderr(): string {
    return Deno.readTextFileSync(this.stderrPath);
  }

  /** How it stands with stdout and stderr. */
  outputStates(): KeptState[] {
    const { stdoutPath, stderrPath, runId } = this;
    const toMark = (stream: KeptStream) => keeperMark({ stateDir: TEST_STATE_DIR, runId, stream });
    return lookAtKeptOutputs([
      { stream: "stdout", mark: toMark("stdout"), logPath: stdoutPath },
      { stream: "stderr", mark: toMark("stderr"), logPath: stderrPath },
    ]);
  }

  /** The names in the run's directory, without the markers that a later one is beside. */
  markers(): string[] {
    const names = [...Deno.readDirSync(this.runDir)].map((entry) => entry.name).sort();
    const isOver = names.some((name) => name.startsWith("exit."));
    const past = isOver ? ["queued", "run"] : names.includes("run") ? ["queued"] : [];
    return names.filter((name) => !past.includes(name));
  }

  members(): ProcessEntry[] {
    return membersOfRun({
      shimPid: this.shimPid,
      shimIdentity: this.shim,
      stateDir: TEST_STATE_DIR,
      runId: this.runId,
    });
  }

  /** Resolves once the command has written `word` on a line of its own. */
  async announced(word = "READY"): Promise<void> {
    await eventually(`"${word}" of ${this.runId}`, () => this.stdout().split("\n").includes(word), {
      explain: () => this.stdout() + this.stderr(),
    });
  }

  /** Resolves with the exit marker, once the shim is gone and all output is in its files. */
  async ended(): Promise<string> {
    await eventually(`the end of ${this.runId}`, () => reapChild(this.pid));
    await eventually(`all output of ${this.runId}`, () => !this.outputStates().includes("busy"));
    this.#isReaped = true;
    return this.markers().find((name) => name.startsWith("exit.")) ?? "no marker";
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // In one loop: a shim that was killed around its mv may be about to start the command.
    await eventually(`nothing left of ${this.runId}`, () => {
      for (const { pid, startTime } of this.members()) {
        signalProcess({ pid, startTime, bootId: this.shim.bootId }, "KILL");
      }
      signalProcess(this.shim, "CONT");
      this.#isReaped ||= reapChild(this.pid);
      return this.#isReaped && this.members().length === 0;
    });
    if (this.#isDirOurs) Deno.removeSync(this.dir, { recursive: true });
  }
}

/** A run of a shell script. */
export function runScript(
  script: string,
  options?: Partial<SpawnRunOptions> & { dir?: string },
): SpawnedRun {
  return new SpawnedRun(["/bin/sh", "-c", script], options);
}
