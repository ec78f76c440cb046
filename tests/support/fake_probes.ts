import type { Clock } from "../../src/base/clock.ts";
import type { ProbedRun } from "../../src/daemon/jobs/job_probe_world.ts";
import type {
  ProbeWorld,
  RunOutput,
  TriedCommand,
  TryCommand,
} from "../../src/daemon/readiness/probe_world.ts";

/** What probes find in a world that does what it is told. */
export class FakeProbes {
  /** The status that every server answers with; undefined: nobody listens. */
  status: number | undefined;
  /** Whoever is asked does not answer. */
  isHanging = false;
  /** How commands end. */
  command: TriedCommand = { code: 1, signal: null, said: "not yet", output: "" };
  ports: number[] = [];
  /** What was written by runs, by their ids, in lines. */
  readonly output = new Map<string, string[]>();
  /** What was tried, in order. */
  readonly tried: string[] = [];

  /** Runs a command as its world has it, by its words. */
  tryCommand: TryCommand = async ({ command }, signal) => {
    this.tried.push("script" in command ? command.script : command.join(" "));
    if (this.isHanging) await this.#answer(signal);
    return this.command;
  };

  /** What there is for the probes of one run. */
  worldOf({ run, sinceMs }: ProbedRun, clock: Clock): ProbeWorld {
    const age = clock.now() - sinceMs;
    const begun = clock.monotonic();
    return {
      askHttp: async (url, address, signal) => {
        this.tried.push(`${url} at ${address}`);
        await this.#answer(signal);
        return this.status!;
      },
      connectTcp: (host, port, signal) => {
        this.tried.push(`${host} ${port}`);
        return this.#answer(signal);
      },
      runCommand: async (_, signal) => {
        this.tried.push("command");
        if (this.isHanging) await this.#answer(signal);
        return this.command;
      },
      ports: () => this.ports,
      openOutput: () => this.#open(run.runId),
      declaredPorts: [],
      fill: (text) => text,
      ageMs: () => age + clock.monotonic() - begun,
    };
  }

  async #answer(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.isHanging) {
      const { promise, reject } = Promise.withResolvers<never>();
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      await promise;
    }
    if (this.status === undefined) throw new Error("connection refused");
  }

  #open(runId: string): RunOutput {
    let read = 0;
    return {
      next: () => {
        const lines = (this.output.get(runId) ?? []).slice(read);
        read += lines.length;
        return Promise.resolve(lines);
      },
      [Symbol.dispose]() {},
    };
  }
}
