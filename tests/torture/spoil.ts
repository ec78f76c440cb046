/** Spoils what a killed daemon left on disk, as far as the next one must be able to do without it. */
import { DatabaseSync } from "node:sqlite";

/** Records that make no sense, each by a value that no daemon writes. */
const RECORDS = [
  // A run whose directory is there is found by that.
  (runs: string) =>
    `UPDATE runs SET shim = '{' WHERE finished_at_ms IS NULL AND run_id IN (${runs})`,
  (runs: string) =>
    `UPDATE runs SET started_at_ms = 9e999 WHERE finished_at_ms IS NULL AND run_id IN (${runs})`,
  (runs: string) => `DELETE FROM runs WHERE finished_at_ms IS NULL AND run_id IN (${runs})`,
  () => "UPDATE events SET data = '[' WHERE seq % 3 = 0",
  () => "UPDATE events SET time = x'00ff' WHERE seq % 5 = 0",
  () => "UPDATE jobs SET reason = x'00ff', tally = -3, restarts = 1e300",
];

/** Does one such thing to the state of a daemon; `choice` from 0 up to 1 says which. False when a daemon was quicker. */
export function spoilState(state: string, choice: number): boolean {
  for (const name of ["daemon.json", "status.json"]) {
    try {
      if (choice < 0.5) Deno.writeTextFileSync(`${state}/${name}`, '{"pid":"');
    } catch {
      // The disk is full.
    }
  }
  const runs = namesIn(`${state}/runs`);
  const spoil = RECORDS[Math.floor(choice * RECORDS.length)]!;
  try {
    using database = new DatabaseSync(`${state}/state.db`);
    database.exec(spoil(runs.map((run) => `'${run}'`).join(", ")));
    return true;
  } catch {
    return false;
  } finally {
    // With its record the spec is not needed, and with its spec the record.
    if (choice >= 0.5) {
      for (const run of runs) tryWrite(`${state}/runs/${run}/spec.json`, "{}");
    }
  }
}

function namesIn(directory: string): string[] {
  try {
    return [...Deno.readDirSync(directory)].map(({ name }) => name);
  } catch {
    return [];
  }
}

function tryWrite(path: string, text: string): void {
  try {
    Deno.writeTextFileSync(path, text, { create: false });
  } catch {
    // Gone meanwhile, or the disk is full.
  }
}
