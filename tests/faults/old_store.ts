/** A state as the first release left it. */
import { DatabaseSync } from "node:sqlite";
import type { Box } from "../support/box.ts";

/** The ids of the jobs in it. */
export const OLD_JOBS = ["V3x", "k7Q"];
const OLD_STORE = new URL("../../src/store/testdata/schema_1.sql", import.meta.url);

/** The store of the first release in place of ours; what ran is ended, because nobody there knows of it. */
export async function plantOldStore(box: Box): Promise<void> {
  for (const { pid } of await box.processes()) Deno.kill(pid, "SIGKILL");
  const [daemonId] = [...Deno.readDirSync(box.stateDir)].map(({ name }) => name);
  for (const name of ["state.db", "state.db-wal", "runs", "logs"]) {
    await Deno.remove(`${box.stateDir}/${daemonId}/${name}`, { recursive: true });
  }
  const database = new DatabaseSync(`${box.stateDir}/${daemonId}/state.db`);
  database.exec(Deno.readTextFileSync(OLD_STORE));
  database.close();
}
