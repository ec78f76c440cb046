/** What every case works with: imp, the peers, the floor to compare with, how often to measure. */
import type { Contender } from "./contender.ts";
import { describeFailure } from "./describe_failure.ts";
import type { DenoProgramName, DenoPrograms } from "./deno_programs.ts";
import { type ImpContender, openImp } from "./imp_contender.ts";
import { createRandom } from "../support/random.ts";
import { PEERS } from "./peers/index.ts";

/** Options of {@linkcode openBenchWorld}. */
export interface BenchWorldOptions {
  /** Scales the number of measurements; 1 is the default of each case. */
  readonly effort: number;
  /** Of every order by chance. */
  readonly seed: number;
  /** Where install_peers.sh has put them; undefined leaves them out. */
  readonly peersFolder: string | undefined;
  readonly programs: DenoPrograms;
}

/** A fresh world for one case; everything in it has ended with its scope. */
export async function openBenchWorld(options: BenchWorldOptions): Promise<BenchWorld> {
  return new BenchWorld(await openImp(), options);
}

/** See {@linkcode openBenchWorld}. */
export class BenchWorld implements AsyncDisposable {
  readonly imp: ImpContender;
  /** From 0 to below 1; the same again with the same seed. */
  readonly random: () => number;
  readonly #options: BenchWorldOptions;
  #peers: Contender[] | undefined;

  constructor(imp: ImpContender, options: BenchWorldOptions) {
    this.imp = imp;
    this.random = createRandom(options.seed);
    this.#options = options;
  }

  /** The number of measurements for a case whose own is `count`; at least `least`. */
  rounds(count: number, least = 2): number {
    return Math.max(least, Math.round(count * this.#options.effort));
  }

  /** A thousand, fewer for a first look. */
  get manyJobs(): number {
    return Math.round(1_000 * Math.min(1, Math.max(0.2, this.#options.effort)));
  }

  /** The command of a program that does next to nothing, on the runtime that imp is on. */
  program(name: DenoProgramName): Promise<readonly string[]> {
    return this.#options.programs.command(name);
  }

  /** imp and, when they were asked for, the peers that are installed. */
  async contenders(): Promise<readonly Contender[]> {
    return [this.imp, ...await this.peers()];
  }

  /** The peers that are installed, when they were asked for; all of one world are the same. */
  async peers(): Promise<readonly Contender[]> {
    this.#peers ??= await openPeers(this.#options);
    return [...this.#peers];
  }

  /** Ends a peer and all that is its, before the world ends. */
  async release(peer: Contender): Promise<void> {
    this.#peers = this.#peers?.filter((each) => each !== peer);
    await peer[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await using contenders = new AsyncDisposableStack();
    for (const contender of [this.imp, ...this.#peers ?? []]) contenders.use(contender);
  }
}

/** One that does not start is told and left out: the others can still be measured. */
async function openPeers({ peersFolder }: BenchWorldOptions): Promise<Contender[]> {
  const peers: Contender[] = [];
  for (const kind of peersFolder === undefined ? [] : PEERS) {
    try {
      const peer = await kind.open(peersFolder!);
      if (peer) peers.push(peer);
    } catch (error) {
      console.error(`${kind.name} does not start: ${describeFailure(error)}`);
    }
  }
  return peers;
}
