/** The guarded entries of the daemon, as its sources name them. */
import { loadedBy } from "./entry_rules.ts";
import { isTest } from "./architecture_rules.ts";
import { readSources } from "./source_file.ts";

const ROOT = new URL("../../", import.meta.url);

/** The name of every guard in what the daemon loads. */
export function listGuards(): string[] {
  const product = readSources(ROOT, ["src"]).filter(({ path }) => !isTest(path));
  const loaded = loadedBy(product, "src/daemon/run_daemon.ts");
  return loaded.flatMap(({ entries }) => entries.guards).sort();
}
