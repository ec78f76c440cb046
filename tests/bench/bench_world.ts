/** What every case works with: imp, the peers, the floor to compare with, how often to measure. */
import type { Contender } from "./contender.ts";
import { buildDenoProgram } from "./deno_program.ts";
import { type ImpContender, openImp } from "./imp_contender.ts";
import { PEERS } from "./peers/index.ts";

/** Options of {@linkcode openBenchWorld}. */
export interface BenchWorldOptions {
  /** Scales the number of measurements; 1 is the default of each case. */
  readonly effort: number;
  /** Where install_peers.sh has put them; undefined leaves them out. */
  readonly peersFolder: string | undefined;
}

/** A fresh world for one case; everything in it has ended with its scope. */
export async function openBenchWorld(options: BenchWorldOptions): Promise<BenchWorld> {
  const imp = await openImp();
  try {
    const emptyProgram = await buildDenoProgram(imp.box, { name: "empty", source: "" });
    return new BenchWorld(imp, { ...options, emptyProgram });
  } catch (error) {
    await imp[Symbol.asyncDispose]();
    throw error;
  }
}

/** See {@linkcode openBenchWorld}. */
export class BenchWorld implements AsyncDisposable {
  readonly imp: ImpContender;
  /** A program that does nothing, on the runtime that imp is on. */
  readonly emptyProgram: readonly string[];
  readonly #options: BenchWorldOptions;
  readonly #peers: Contender[] = [];

  constructor(imp: ImpContender, options: BenchWorldOptions & { emptyProgram: readonly string[] }) {
    this.imp = imp;
    this.emptyProgram = options.emptyProgram;
    this.#options = options;
  }

  /** The number of measurements for a case whose own is `count`; at least 2. */
  rounds(count: number): number {
    return Math.max(2, Math.round(count * this.#options.effort));
  }

  /** imp and, when they were asked for, the peers that are installed. */
  async contenders(): Promise<readonly Contender[]> {
    const { peersFolder } = this.#options;
    if (peersFolder !== undefined && this.#peers.length === 0) {
      for (const kind of PEERS) {
        const peer = await kind.open(peersFolder);
        if (peer) this.#peers.push(peer);
      }
    }
    return [this.imp, ...this.#peers];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await using contenders = new AsyncDisposableStack();
    for (const contender of [this.imp, ...this.#peers]) contenders.use(contender);
  }
}
