import { findNearest } from "../../base/nearest.ts";
import { TextError } from "../../config/parse_text.ts";
import { isTable, memberOf } from "../../config/plain_table.ts";
import { nameOfCommand } from "./command_name.ts";
import { quoteWord } from "../../base/shell_words.ts";
import type { Imported, ImportedJob } from "./importer.ts";
import { literal, shellText } from "./marked_text.ts";
import { type ScriptParts, splitScript } from "./script_parts.ts";
import type { WrittenJob } from "./written_job.ts";

/** The scripts of a package, or tasks of deno.json. */
export interface Scripts {
  /** What each runs, by its name. */
  readonly texts: ReadonlyMap<string, string>;
  readonly descriptions?: ReadonlyMap<string, string>;
  /** Those that run others at once, and nothing else. */
  readonly groups?: ReadonlyMap<string, readonly string[]>;
  /** What runs one: `npm run`. */
  readonly runner: string;
  /** Those that are meant; else those that go on, and what is done before. */
  readonly chosen?: readonly string[] | undefined;
}

/** Of scripts that serve, the one for working on it: the first of these that is there. */
const SERVERS = ["dev", "start:dev", "develop", "start", "serve"];
/** Scripts that go on beside it. */
const BESIDE = /^(worker|watch|queue)([:_-].+)?$/;
/** Parts of a server that nothing puts together. */
const PARTS = /^(dev|start|serve)[:_-].+$/;
/** What is done once, before, and by hand. */
const TASK = /^(db[:_-])?(migrate|seed|setup)([:_-](dev|up|run|latest|deploy))?$/;

/** What ends by itself, of what somebody has chosen. */
const ENDS =
  /^(pre|post)?(build|check|clean|codegen|compile|e2e|fmt|format|generate|lint|prepare|test|typecheck|types?)([:_-](?!.*watch).+)?$/;

/** True for a file that has scripts under `key`, of which one goes on until it is stopped. */
export function hasLasting(data: unknown, key: string): boolean {
  const scripts = memberOf(data, key);
  return isTable(scripts) &&
    Object.keys(scripts).some((name) =>
      SERVERS.includes(name) || BESIDE.test(name) || PARTS.test(name)
    );
}

/** The scripts that go on, as jobs, what one puts together taken apart; those that are done before, as tasks. */
export function jobsOfScripts(scripts: Scripts): Imported {
  const names = [...scripts.texts.keys(), ...scripts.groups?.keys() ?? []];
  const isTask = (name: string) => TASK.test(name) || (scripts.chosen && ENDS.test(name));
  const roots = rootsOf(names, scripts.chosen).filter((name) => !isTask(name));
  const jobs: ImportedJob[] = [];
  const known = new Set<string>();
  const apart = new Map(roots.map((name) => [name, partsOf(name, scripts)]));
  const covered = new Set(roots);
  // One that another starts is there by that.
  const started = new Set(
    [...apart.values()].flatMap((parts) => parts?.parts ?? [])
      .flatMap((part) => "script" in part ? [part.script] : []),
  );
  for (const name of roots.filter((each) => !started.has(each))) {
    const parts = apart.get(name);
    const made = parts ? jobsOfParts(parts, scripts) : [jobOf(name, scripts)];
    for (const job of made) {
      // Two scripts may start the same one.
      const key = JSON.stringify([job.name, job.job.command]);
      if (!known.has(key)) jobs.push(job);
      known.add(key);
    }
  }
  for (const name of started) covered.add(name);
  const candidates = scripts.chosen ?? names;
  for (const name of candidates.filter((each) => isTask(each) && !covered.has(each))) {
    jobs.push(jobOf(name, scripts, { task: true, autostart: false }));
    covered.add(name);
  }
  const others = names.filter((name) => !covered.has(name));
  const remark = `no jobs, but scripts: ${others.join(" ")} (imp run -- ${scripts.runner} …)`;
  return { jobs, remarks: others.length === 0 ? [] : [remark] };
}

/** The scripts that go on, or might. @throws TextError for a chosen one that is not there */
function rootsOf(names: readonly string[], chosen: readonly string[] | undefined): string[] {
  if (chosen !== undefined) {
    const strange = chosen.find((name) => !names.includes(name));
    if (strange === undefined) return [...new Set(chosen)];
    const near = findNearest(strange, names);
    const hint = near === undefined ? "" : `; did you mean ${near}?`;
    throw new TextError(`there is no script ${JSON.stringify(strange)}${hint}`);
  }
  const server = SERVERS.find((name) => names.includes(name));
  const servers = server === undefined ? names.filter((name) => PARTS.test(name)) : [server];
  return [...servers, ...names.filter((name) => BESIDE.test(name))];
}

function partsOf(name: string, scripts: Scripts): ScriptParts | undefined {
  const group = scripts.groups?.get(name);
  if (group !== undefined) return { parts: group.map((script) => ({ script })), env: {} };
  const parts = splitScript(scripts.texts.get(name)!, [...scripts.texts.keys()]);
  // One that runs itself would have no end.
  const isOwn = parts?.parts.some((part) => "script" in part && part.script === name);
  return isOwn ? undefined : parts;
}

function jobsOfParts({ parts, env }: ScriptParts, scripts: Scripts): ImportedJob[] {
  const more: WrittenJob = Object.keys(env).length === 0 ? {} : {
    env: Object.fromEntries(Object.entries(env).map(([key, value]) => [key, literal(value)])),
  };
  return parts.map((part) => {
    const job = { ...more, restart: part.restart };
    if ("script" in part) return jobOf(part.script, scripts, job);
    const own = part.name ?? nameOfCommand(part.text);
    return { name: own, job: { command: shellText(part.text), ...job } };
  });
}

function jobOf(name: string, scripts: Scripts, more: WrittenJob = {}): ImportedJob {
  const description = scripts.descriptions?.get(name);
  return {
    name,
    job: {
      command: `${scripts.runner} ${quoteWord(name)}`,
      description: description === undefined ? undefined : literal(description),
      ...more,
    },
  };
}
