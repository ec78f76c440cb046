import { literal } from "./marked_text.ts";
import type { SourceTable } from "./source_table.ts";
import type { WrittenEnv } from "./written_job.ts";

/** The variables in the table of a key; a name that none can have is told as lost. */
export function readEnvTable(table: SourceTable, key: string): WrittenEnv | undefined {
  const env = table.table(key);
  const pairs = (env?.names ?? []).flatMap((name) => {
    const value = env!.text(name);
    if (/^[^=\0]+$/.test(name)) return value === undefined ? [] : [[name, literal(value)] as const];
    env!.lose(name, "no variable can be called so");
    return [];
  });
  return pairs.length === 0 ? undefined : Object.fromEntries(pairs);
}
