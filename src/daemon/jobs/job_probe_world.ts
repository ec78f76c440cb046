import { type Clock, delay } from "../../base/clock.ts";
import { askHttp } from "../../platform/sockets/ask_http.ts";
import { connectTcp } from "../../platform/sockets/connect_tcp.ts";
import type { JobRecord, RunRecord } from "../../store/store.ts";
import type { ProbeWorld, RunOutput, TryCommand } from "../readiness/probe_world.ts";
import { RunLines } from "../readiness/run_lines.ts";
import type { RunHost } from "../runs/run_host.ts";
import type { Holds } from "./holds.ts";
import { portFiller, portNumbersOf, type PortOf } from "./job_ports.ts";
import { placeCommand } from "./place_command.ts";

/** What probes of a run are made from. */
export interface JobProbeWorldOptions {
  readonly clock: Clock;
  readonly host: Pick<RunHost, "files">;
  readonly holds: Holds;
  readonly tryCommand: TryCommand;
  readonly portOf: PortOf;
  /** The ports that processes of a run listen on now. */
  readonly portsOf: (run: RunRecord) => readonly number[];
}

/** A run that is to be probed. */
export interface ProbedRun {
  readonly record: JobRecord;
  readonly run: RunRecord;
  /** From when on its age counts. */
  readonly sinceMs: number;
}

/** What probes of a job's run need of the operating system. */
export function createJobProbeWorld(
  { record, run, sinceMs }: ProbedRun,
  { clock, host, holds, tryCommand, portOf, portsOf }: JobProbeWorldOptions,
): ProbeWorld {
  const age = Math.max(0, clock.now() - sinceMs);
  const begun = clock.monotonic();
  return {
    askHttp: (url, address, signal) => askHttp({ url, address }, signal),
    connectTcp: async (host, port, signal) => (await connectTcp(host, port, signal)).close(),
    runCommand: (command, signal) => tryCommand(placeCommand(command, record, portOf), signal),
    ports: () => portsOf(run),
    openOutput: () => {
      const { stdout, stderr } = host.files(run.jobId, run.run);
      return held(new RunLines([stdout, stderr], () => delay(clock, 0)), run.runId, holds);
    },
    declaredPorts: Object.values(portNumbersOf(record)),
    fill: portFiller(record, portOf),
    ageMs: () => age + clock.monotonic() - begun,
  };
}

/** The lines of a run of which nothing is cut off before it is read. */
function held(lines: RunLines, runId: string, holds: Holds): RunOutput {
  const over = new AbortController();
  const hold = () => {
    if (over.signal.aborted) return;
    const [stdoutOffset, stderrOffset] = lines.offsets;
    holds.set(runId, lines, { stdoutOffset, stderrOffset, signal: over.signal });
  };
  hold();
  return {
    async next() {
      const found = await lines.next();
      hold();
      return found;
    },
    [Symbol.dispose]() {
      if (over.signal.aborted) return;
      over.abort();
      lines[Symbol.dispose]();
    },
  };
}
