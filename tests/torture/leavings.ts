/** What runs of the torture have left running, looked up in the system and not in imp; see `commandOf`. */
import { assertEquals } from "@std/assert";
import type { Box } from "../support/box.ts";
import { isAlive } from "../support/process_facts.ts";

/** A process that a run has left. */
export interface Leaving {
  readonly pid: number;
  readonly jobId: string;
  readonly runId: string;
  /** It has let go of the run's session and its output. */
  readonly hasLetGo: boolean;
}

/** All that runs of this box have left and that is there now. */
export function findLeavings(box: Box): Leaving[] {
  return [...Deno.readDirSync("/proc")].flatMap(({ name }) => {
    const words = wordsOf(name);
    const at = words.findIndex((word) => word === "left" || word === "let_go");
    if (words[0] !== "sh" || at < 0 || words[at + 1] !== box.project) return [];
    const runId = words[at + 2]!;
    const hasLetGo = words[at] === "let_go";
    return [{ pid: Number(name), jobId: runId.replace(/-\d+$/, ""), runId, hasLetGo }];
  });
}

/** Asserts that no job has processes of two runs that have not let go, at one moment. */
export function assertOneRunEach(box: Box): number {
  const holding = findLeavings(box).filter(({ hasLetGo }) => !hasLetGo);
  for (const [jobId, leavings] of Map.groupBy(holding, ({ jobId }) => jobId)) {
    if (new Set(leavings.map(({ runId }) => runId)).size < 2) continue;
    // They were not all seen at one moment: those that still live were all there when the last was seen.
    const living = leavings.filter(({ pid }) => isAlive(pid));
    const runs = [...new Set(living.map(({ runId }) => runId))];
    assertEquals(runs.length < 2, true, `${jobId} has processes of ${runs.join(" and ")}`);
  }
  return holding.length;
}

function wordsOf(pid: string): string[] {
  try {
    return Deno.readTextFileSync(`/proc/${Number(pid)}/cmdline`).split("\0");
  } catch {
    return [];
  }
}
