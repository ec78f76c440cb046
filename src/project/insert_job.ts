import { stringify } from "smol-toml";
import { isTable } from "../config/plain_table.ts";
import type { DeclaredJob } from "./declare_job.ts";
import { insertJsonTable } from "./insert_json_table.ts";
import { insertYamlJob } from "./insert_yaml_job.ts";
import { parseTree } from "./parse_tree.ts";

/**
 * The text of a project file with a job in it, added or, where it has one of this name, in the place of that; all else
 * is byte for byte as it was. Undefined where that cannot be done, or would not say what is meant.
 */
export async function insertJob(
  { path, text }: { readonly path: string; readonly text: string },
  job: DeclaredJob,
): Promise<string | undefined> {
  try {
    const before = (await parseTree({ path, name: path, text })).data;
    const inserted = insertInto(path, text, job);
    if (inserted === undefined) return undefined;
    const after = (await parseTree({ path, name: path, text: inserted })).data;
    return isMeant(before, after, job) ? inserted : undefined;
  } catch {
    // A text that the parsers refuse is not what is meant either.
    return undefined;
  }
}

function insertInto(path: string, text: string, job: DeclaredJob): string | undefined {
  const end = text.includes("\r\n") ? "\r\n" : "\n";
  if (/\.ya?ml$/.test(path)) return insertYamlJob(text, job, end);
  if (/\.jsonc?$/.test(path)) return insertJsonTable(text, { within: "jobs", ...job }, end);
  return insertTomlJob(text, job, end);
}

/** Tables can be added behind everything, and there is no part of a text that is one. */
function insertTomlJob(text: string, { name, table }: DeclaredJob, end: string): string {
  const added = stringify({ jobs: { [name]: table } }).trim().replaceAll("\n", end);
  const gap = text.trim() === "" ? "" : text.endsWith("\n") ? end : end + end;
  return `${text}${gap}${added}${end}`;
}

/** Whether nothing is different but this job. */
function isMeant(before: unknown, after: unknown, { name, table }: DeclaredJob): boolean {
  const jobs = jobsOf(after);
  return JSON.stringify(jobs[name]) === JSON.stringify(table) &&
    JSON.stringify(withoutJob(before, name)) === JSON.stringify(withoutJob(after, name));
}

function jobsOf(data: unknown): Readonly<Record<string, unknown>> {
  const jobs = isTable(data) ? data.jobs : undefined;
  return isTable(jobs) ? jobs : {};
}

/** A table without jobs is as good as none. */
function withoutJob(data: unknown, name: string): unknown {
  const { jobs: _, ...rest } = isTable(data) ? data : {};
  const others = Object.entries(jobsOf(data)).filter(([each]) => each !== name);
  return [rest, others];
}
