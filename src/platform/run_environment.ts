import { withoutMarks } from "./job_marks.ts";
import { findMarked } from "./process_tree.ts";

/**
 * The environment that a run was started with, read from one of its living processes; without the marks. Undefined
 * where no process of it can be looked at.
 */
export function readRunEnvironment(
  stateDir: string,
  runId: string,
): Record<string, string> | undefined {
  const process = findMarked(stateDir).find((marked) => marked.runId === runId);
  if (process === undefined || Deno.build.os !== "linux") return undefined;
  try {
    const text = Deno.readTextFileSync(`/proc/${process.pid}/environ`);
    const entries = text.split("\0").filter((entry) => entry.includes("=")).map((entry) => {
      const at = entry.indexOf("=");
      return [entry.slice(0, at), entry.slice(at + 1)] as const;
    });
    return withoutMarks(Object.fromEntries(entries));
  } catch {
    return undefined;
  }
}
