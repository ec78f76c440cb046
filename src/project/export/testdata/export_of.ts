import { planOf } from "../../testdata/project_box.ts";
import { toExportable } from "../exportable.ts";
import { EXPORT_TARGETS } from "../export_targets.ts";
import type { Exported } from "../exported.ts";

/** What a project, the first of `files`, is for a tool. */
export async function exportOf(
  target: string,
  files: Readonly<Record<string, string>>,
): Promise<Exported> {
  return (await exportsOf(files)).get(target)!;
}

/** What it is for each tool. */
export async function exportsOf(
  files: Readonly<Record<string, string>>,
): Promise<ReadonlyMap<string, Exported>> {
  const plan = await planOf(files);
  const project = toExportable(plan, { projectId: "shop-1a2b3c4d", path: "/opt/bin:/usr/bin" });
  const entries = Object.entries(EXPORT_TARGETS).map(async ([target, load]) =>
    [target, (await load())(project)] as const
  );
  return new Map(await Promise.all(entries));
}

/** All of its files as one text. */
export function textOf({ files }: Exported): string {
  return files.map(({ name, text }) => `=== ${name}\n${text}`).join("\n");
}
