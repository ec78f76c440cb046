import type { SourceTable } from "./source_table.ts";
import type { WrittenEdge, WrittenJob } from "./written_job.ts";

/** What a unit may wait for. */
export interface UnitEdgesOptions {
  /** The jobs of the units that there are, by the names of these. */
  readonly units: ReadonlyMap<string, string>;
  readonly self: string;
}

const REQUIRED = ["Requires", "Requisite", "BindsTo"];
const KEYS = [...REQUIRED, "Wants", "After", "PartOf"];

/** The dependencies of a unit on others that are imported with it; what is required must be ready. */
export function readUnitEdges(
  about: SourceTable | undefined,
  { units, self }: UnitEdgesOptions,
): WrittenJob["depends_on"] {
  const named = new Map(KEYS.map((key) => [key, namesOf(about, key)]));
  const others = new Set([...named.values()].flat());
  const edges = [...others].filter((name) => units.has(name) && name !== self).map(
    (name): [string, WrittenEdge] => {
      const has = (key: string) => named.get(key)!.includes(name);
      const wanted = REQUIRED.some(has) ? "ready" : "started";
      return [units.get(name)!, has("PartOf") ? { for: wanted, restart: true } : wanted];
    },
  );
  for (const [key, names] of named) {
    // Targets are of the machine, and there anyway.
    const lost = names.filter((name) => !units.has(name) && !name.endsWith(".target"));
    if (lost.length > 0) about!.lose(key, `${lost.join(", ")}: it is not among the units here`);
  }
  about?.lose("Before", "say it of the other one: `depends_on`");
  about?.lose("Conflicts", "imp stops nothing for another job");
  return edges.length === 0 ? undefined : Object.fromEntries(edges);
}

function namesOf(about: SourceTable | undefined, key: string): string[] {
  return (about?.texts(key) ?? []).flatMap((line) => line.split(/\s+/)).filter((name) =>
    name !== ""
  );
}
