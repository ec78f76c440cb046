/** A machine that was restarted, as far as imp can tell. */
import { DatabaseSync } from "node:sqlite";
import type { Box } from "./box.ts";
import { killDaemon } from "./daemon_pid.ts";
import { isAlive, parentOf } from "./process_facts.ts";

const OTHER_BOOT = "another-boot";
/** Where a process, or a time since the start of the machine, is of a boot. */
const COLUMNS = { runs: ["shim", "process"], jobs: ["owner", "lease"] } as const;

/**
 * Kills the daemon and all that runs in its jobs, and writes into its store that it was in an earlier life of the
 * machine, which had been up for so long then.
 */
export async function rebootMachine(box: Box, { upMs = 1 } = {}): Promise<void> {
  const { jobs } = await box.impJson(["list"]);
  const pids: number[] = jobs.flatMap(({ pid }: { pid: number | null }) => pid ?? []);
  await killDaemon(box);
  // One may have come to its end meanwhile.
  for (const pid of pids.filter(isAlive).flatMap((pid) => [parentOf(pid), pid])) {
    if (isAlive(pid)) Deno.kill(pid, "SIGKILL");
  }
  const [daemonId] = [...Deno.readDirSync(box.stateDir)].map(({ name }) => name);
  const database = new DatabaseSync(`${box.stateDir}/${daemonId}/state.db`);
  for (const [table, columns] of Object.entries(COLUMNS)) {
    for (const column of columns) {
      const rows = database.prepare(
        `SELECT rowid, ${column} AS value FROM ${table} WHERE ${column} IS NOT NULL`,
      ).all();
      const update = database.prepare(`UPDATE ${table} SET ${column} = ? WHERE rowid = ?`);
      for (const { rowid, value } of rows) {
        update.run(JSON.stringify(ofOtherBoot(JSON.parse(String(value)), upMs)), Number(rowid));
      }
    }
  }
  database.close();
}

function ofOtherBoot(value: unknown, upMs: number): unknown {
  if (typeof value !== "object" || value === null) return value;
  const changed = Object.entries(value).map(([key, inner]) => {
    if (key === "bootId") return [key, OTHER_BOOT];
    return [key, key === "uptimeMs" ? upMs : ofOtherBoot(inner, upMs)];
  });
  return Object.fromEntries(changed);
}
