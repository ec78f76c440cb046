import { isPassingVariable } from "../../base/passing_variables.ts";
import type { RunChanges } from "../../protocol/run_changes.ts";
import { isGoodRun, type RunRecord, type StartedAs } from "../../store/store.ts";

/**
 * What is different in how the newest of the runs was started, compared with the last one before it that went well;
 * undefined where there is none, or nobody has noted how they were. What belongs to the window that a command was typed
 * in is left out. `runs`: the newest first.
 */
export function findChanges([run, ...earlier]: readonly RunRecord[]): RunChanges | undefined {
  const good = earlier.find(isGoodRun);
  const [now, before] = [run?.facts.startedAs, good?.facts.startedAs];
  if (now === undefined || before === undefined) return undefined;
  const { added, removed, changed } = compare(before.env, now.env);
  const parts = compare(before.parts, now.parts);
  return {
    since_run: good!.run,
    definition: parts.changed,
    env_added: added.filter(isOfJob),
    env_removed: removed.filter(isOfJob),
    env_changed: changed.filter(isOfJob),
  };
}

function isOfJob(name: string): boolean {
  return !isPassingVariable(name);
}

function compare(before: StartedAs["env"], now: StartedAs["env"]) {
  const names = Object.keys(now).sort();
  return {
    added: names.filter((name) => before[name] === undefined),
    removed: Object.keys(before).filter((name) => now[name] === undefined).sort(),
    changed: names.filter((name) => before[name] !== undefined && before[name] !== now[name]),
  };
}
