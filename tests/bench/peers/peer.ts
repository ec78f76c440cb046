import type { Box } from "../../support/box.ts";
import { eventually } from "../../support/eventually.ts";
import { openBenchBox } from "../bench_box.ts";
import {
  type BenchJob,
  type Contender,
  countSleepers,
  type ListedJob,
  MOST_TIME_MS,
  sleeperProcesses,
} from "../contender.ts";
import { exists } from "@std/fs/exists";
import { expectSuccess } from "../imp_contender.ts";

/** What makes a peer that peer; scripts are lines of shell in its box, with its programs on the PATH. */
export interface PeerSpec {
  readonly name: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Starts the daemon and returns when it answers. */
  readonly boot: string;
  /** Brings it back after it was killed, where that is not the same. */
  readonly revive?: string;
  readonly ask: readonly string[];
  readonly list: readonly string[];
  /** Prints what {@linkcode parseJobs} reads. */
  readonly tellJobs: string;
  parseJobs(text: string): ListedJob[];
  /** Writes what it takes to declare jobs, and returns what starts them. */
  start(jobs: readonly BenchJob[]): string | Promise<string>;
  readonly stop: string;
  /** What the command line of its daemon looks like. */
  readonly daemon: RegExp;
}

/** Opens the peer that `spec` describes, or undefined when it is not installed in `folder`. */
export async function openPeer(
  folder: string,
  program: string,
  toSpec: (box: Box) => PeerSpec,
): Promise<Contender | undefined> {
  if (!await exists(`${folder}/bin/${program}`)) return undefined;
  const box = await openBenchBox();
  const spec = toSpec(box);
  const bin = await Deno.realPath(`${folder}/bin`);
  Object.assign(box.env, spec.env, { PATH: `${bin}:${box.env.PATH}` });
  const peer = new Peer(box, { spec, bin });
  try {
    await expectSuccess(box, spec.boot);
    return peer;
  } catch (error) {
    await peer[Symbol.asyncDispose]();
    throw error;
  }
}

class Peer implements Contender {
  readonly box: Box;
  readonly #spec: PeerSpec;
  readonly #bin: string;

  constructor(box: Box, { spec, bin }: { spec: PeerSpec; bin: string }) {
    this.box = box;
    this.#spec = spec;
    this.#bin = bin;
  }

  get name(): string {
    return this.#spec.name;
  }

  get ask(): readonly string[] {
    return [`${this.#bin}/${this.#spec.ask[0]}`, ...this.#spec.ask.slice(1)];
  }

  get list(): readonly string[] {
    return [`${this.#bin}/${this.#spec.list[0]}`, ...this.#spec.list.slice(1)];
  }

  async startJobs(jobs: readonly BenchJob[]): Promise<void> {
    await expectSuccess(this.box, await this.#spec.start(jobs), MOST_TIME_MS);
    await this.#waitForSleepers(countSleepers(jobs));
  }

  async stopJobs(): Promise<void> {
    await expectSuccess(this.box, this.#spec.stop, MOST_TIME_MS);
    await this.#waitForSleepers(0);
  }

  async daemonPids(): Promise<number[]> {
    return (await this.box.processes()).filter(({ command }) => this.#spec.daemon.test(command))
      .map(({ pid }) => pid);
  }

  async reviveDaemon(): Promise<void> {
    await expectSuccess(this.box, this.#spec.revive ?? this.#spec.boot);
  }

  async listJobs(): Promise<ListedJob[]> {
    return this.#spec.parseJobs(await expectSuccess(this.box, this.#spec.tellJobs));
  }

  /** By force: how long a tool takes to end a thousand jobs is not measured here. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const pid of await this.daemonPids()) kill(pid);
    await eventually(`nothing of ${this.name} is left`, async () => {
      const left = await this.box.processes();
      for (const { pid } of left) kill(pid);
      return left.length === 0;
    });
    await this.box[Symbol.asyncDispose]();
  }

  async #waitForSleepers(count: number): Promise<void> {
    await eventually(`${this.name} has ${count} jobs`, async () => {
      return (await sleeperProcesses(this.box)).length === count;
    });
  }
}

function kill(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch {
    // It ended meanwhile.
  }
}
