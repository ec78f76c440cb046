import { readKeeperMark } from "../../src/platform/spawn/keeper.ts";
import {
  isZombie,
  listProcesses,
  type ProcessEntry,
} from "../../src/platform/processes/process_table.ts";

/** The living processes that keep a stream of a run: shells, and what copies for them. */
export interface FoundKeeper {
  readonly shells: readonly ProcessEntry[];
  readonly copiers: readonly ProcessEntry[];
}

/** Who keeps `stream` of run number `run` of a job of whatever daemon in `stateDir`. */
export function findKeeper(
  { jobId, run, stream, stateDir }: {
    jobId: string;
    run: number;
    stream: "stdout" | "stderr" | "stdin";
    stateDir: string;
  },
): FoundKeeper {
  const mark = `${jobId}-${run}.${stream} ${Deno.realPathSync(stateDir)}`;
  const found = listProcesses().filter((entry) =>
    !isZombie(entry) && entry.pid !== Deno.pid && readKeeperMark(entry.pid) === mark
  );
  const isCopier = ({ comm }: ProcessEntry) => ["cat", "dd"].includes(comm);
  return {
    shells: found.filter((entry) => !isCopier(entry)),
    copiers: found.filter(isCopier),
  };
}

/** What a keeper wrote down as dropped: known bytes added up, and how many remarks say that it is not known. */
export function readDropped(logPath: string): { bytes: number; unknown: number; remarks: number } {
  let text = "";
  try {
    text = Deno.readTextFileSync(logPath.replace(/\.log$/, ".drops"));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const amounts = text.split("\n").filter(Boolean).map((line) => line.split(" ")[1]!);
  const [directory, name] = [logPath.replace(/\/[^/]*$/, ""), logPath.replace(/^.*\/|\.log$/g, "")];
  for (const entry of Deno.readDirSync(directory)) {
    if (entry.name.startsWith(`${name}.drops.`)) amounts.push(entry.name.split(".").at(-1)!);
  }
  const known = amounts.filter((amount) => amount !== "?").map(Number);
  return {
    bytes: known.reduce((sum, bytes) => sum + bytes, 0),
    unknown: amounts.length - known.length,
    remarks: amounts.length,
  };
}

/** How `actual` comes from `expected` by leaving pieces out: how many and how large; throws when it does not. */
export function findHoles(expected: string, actual: string): { holes: number; bytes: number } {
  const PROBE = 48;
  let [holes, bytes, at, place] = [0, 0, 0, 0];
  while (at < actual.length) {
    if (actual[at] === expected[place]) {
      at++;
      place++;
      continue;
    }
    // The end of what was lost may look like its beginning: the probe goes by what follows.
    const probe = actual.slice(at, at + PROBE);
    const next = expected.indexOf(probe, place);
    if (next < 0) throw new Error(`not in what was written: ${JSON.stringify(probe)} at ${at}`);
    holes++;
    bytes += next - place;
    place = next;
  }
  const missing = expected.length - place;
  return { holes: holes + (missing > 0 ? 1 : 0), bytes: bytes + missing };
}
