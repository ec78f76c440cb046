import { isTable } from "../../config/plain_table.ts";
import { JOB_KEYS, type JobKey, PROJECT_KEYS } from "../schema.ts";
import { findPorts } from "../template.ts";
import type { ImportedJob } from "./importer.ts";
import { type Losses, oneLine } from "./losses.ts";
import { nameJobs } from "./name_jobs.ts";
import type { WrittenEdge, WrittenJob, WrittenProject } from "./written_job.ts";

/** A job under the name that it has in imp.yaml. */
export interface SettledJob {
  readonly name: string;
  /** What it is called at the source. */
  readonly source: string;
  readonly job: WrittenJob;
  readonly remarks: readonly string[];
}

/** Whose jobs they are, and who is told. */
interface Settling {
  readonly file: string;
  readonly losses: Losses;
}

/** What a task, which ends, has no use for. */
const NOT_FOR_TASKS = ["ready", "health"] as const;

/**
 * Jobs as imp.yaml may have them, whatever an importer came to: names that imp allows, values that its schema takes, and
 * dependencies on jobs that are there. What is not so is told as lost.
 */
export function settleJobs(imported: readonly ImportedJob[], settling: Settling): SettledJob[] {
  const startable = imported.filter((each) => hasCommand(each, settling));
  const names = nameJobs(startable.map(({ name }) => name));
  const tasks = new Map(startable.map(({ name, job }) => [name, job.task === true]));
  // Of two that are called the same, the first is the one that others name.
  const byName = new Map(startable.map(({ name }, at) => [name, names[at]!] as const).reverse());
  const settled = startable.map(({ name: source, job, remarks = [] }, at) => {
    const lose = (key: string, why: string) =>
      settling.losses.add({ file: settling.file, job: source, key, why });
    const edges = Object.entries(job.depends_on ?? {})
      .flatMap(([other, edge]) => settleEdge({ other, edge, source }, { byName, tasks, lose }));
    const draft = { ...job, depends_on: edges.length > 0 ? Object.fromEntries(edges) : undefined };
    const name = names[at]!;
    const renamed = name === source ? [] : [`called ${oneLine(JSON.stringify(source))} there`];
    return {
      name,
      source,
      job: withReadKeys(withoutServiceKeys(draft, lose), JOB_KEYS, lose),
      remarks: [...renamed, ...remarks],
    };
  });
  return withoutLostPorts(settled, settling);
}

/** Variables that name a port which has been lost are so, too. */
function withoutLostPorts(
  jobs: readonly SettledJob[],
  { file, losses }: Settling,
): SettledJob[] {
  const ports = new Map(jobs.map(({ name, job }) => [name, Object.keys(job.ports ?? {})]));
  return jobs.map((each) => {
    const entries = Object.entries(each.job.env ?? {});
    const kept = entries.filter(([name, value]) => {
      const isThere = findPorts(String(value)).every(({ job, port }) =>
        ports.get(job ?? each.name)?.includes(port)
      );
      const loss = { file, job: each.source, key: `env.${oneLine(name)}` };
      if (!isThere) losses.add({ ...loss, why: "the port that it names is not there" });
      return isThere;
    });
    if (kept.length === entries.length) return each;
    return { ...each, job: { ...each.job, env: Object.fromEntries(kept) } };
  });
}

/** The top of imp.yaml as it may be; what is not so is told as lost. */
export function settleProject(project: WrittenProject, settling: Settling): WrittenProject {
  const lose = (key: string, why: string) => settling.losses.add({ file: settling.file, key, why });
  return withReadKeys(project, PROJECT_KEYS, lose);
}

function hasCommand({ name, job: { command } }: ImportedJob, { file, losses }: Settling): boolean {
  const why = whyWrong(JOB_KEYS.command, command ?? null);
  if (why === undefined) return true;
  losses.add({ file, key: name, why: command === undefined ? "it has no command" : why });
  return false;
}

function settleEdge(
  { other, edge, source }: { other: string; edge: WrittenEdge; source: string },
  { byName, tasks, lose }: {
    byName: ReadonlyMap<string, string>;
    tasks: ReadonlyMap<string, boolean>;
    lose: (key: string, why: string) => void;
  },
): [string, WrittenEdge][] {
  const name = byName.get(other);
  const key = `depends_on.${oneLine(other)}`;
  if (name === undefined) lose(key, "there is no such job");
  else if (other === source) lose(key, "a job cannot depend on itself");
  else {
    const wanted = typeof edge === "string" ? edge : edge.for;
    const isTask = tasks.get(other)!;
    const condition = wanted === "started" ? wanted : isTask ? "completed" : "ready";
    if (wanted === "completed" && !isTask) lose(key, `${name} goes on, and never completes`);
    return [[name, typeof edge === "string" ? condition : { ...edge, for: condition }]];
  }
  return [];
}

function withoutServiceKeys(
  job: WrittenJob,
  lose: (key: string, why: string) => void,
): WrittenJob {
  if (!job.task) {
    if (job.inputs) lose("inputs", "only a task has inputs");
    return { ...job, inputs: undefined };
  }
  for (const key of NOT_FOR_TASKS) if (job[key]) lose(key, "a task is done when it has ended");
  const lasts = /^(always|unless-stopped)$/.test(job.restart ?? "");
  if (lasts) lose("restart", "a task runs to its end");
  return { ...job, ready: undefined, health: undefined, ...lasts ? { restart: undefined } : {} };
}

/** What may stand under each key. */
type Schemas = typeof JOB_KEYS | typeof PROJECT_KEYS;

/** The keys in the order of the schema, without those that it does not take. */
function withReadKeys<Table extends WrittenJob | WrittenProject>(
  table: Table,
  schemas: Schemas,
  lose: (key: string, why: string) => void,
): Table {
  const entries = Object.entries(schemas).flatMap(([key, schema]) => {
    const value = table[key as keyof Table];
    if (value === undefined) return [];
    const kept = key === "env" ? readableEnv(value as object, lose) : value;
    const why = whyWrong(schema, kept);
    if (why !== undefined) lose(key, why);
    return why === undefined ? [[key, kept]] : [];
  });
  return Object.fromEntries(entries);
}

/** One variable that is wrong does not cost the others. */
function readableEnv(env: object, lose: (key: string, why: string) => void): object {
  return Object.fromEntries(
    Object.entries(env).filter(([name, value]) => {
      const why = whyWrong(JOB_KEYS.env, Object.fromEntries([[name, value]]));
      if (why !== undefined) lose(`env.${oneLine(name)}`, why);
      return why === undefined;
    }),
  );
}

/** Why the schema does not take a value as it is when everything is filled in; undefined where it does. */
function whyWrong(schema: (typeof JOB_KEYS)[JobKey], value: unknown): string | undefined {
  const plain = fillPlainly(value);
  if (plain === NO_KEY) return "no key can be called __proto__";
  if (plain === NUL) return "there is a NUL character";
  const { error } = schema.safeParse(plain);
  return error?.issues[0]?.message.replace(/^Invalid input.*/, "it must be of another form");
}

const NO_KEY = Symbol("__proto__");
const NUL = Symbol("NUL");

const VARIABLE = /\$\$|\$\{([^}]*)\}/g;

/** A text with a dollar in the place of two, and what stands for a variable that is not set, else a number, for that. */
function fillText(text: string): string {
  return text.replace(
    VARIABLE,
    (mark, inner: string | undefined) =>
      mark === "$$" ? "$" : /:-([^]+)$/.exec(inner ?? "")?.[1] ?? "1",
  );
}

/** The value as it is when its texts are filled in. */
function fillPlainly(value: unknown): unknown {
  if (typeof value === "string") return value.includes("\0") ? NUL : fillText(value);
  if (Array.isArray(value)) return firstMark(value.map(fillPlainly), (filled) => filled);
  if (!isTable(value)) return value;
  if (Object.hasOwn(value, "__proto__")) return NO_KEY;
  if (Object.keys(value).some((name) => name.includes("\0"))) return NUL;
  const entries = Object.entries(value).map(([name, each]) => [name, fillPlainly(each)] as const);
  return firstMark(entries.map(([, each]) => each), () => Object.fromEntries(entries));
}

function firstMark(values: readonly unknown[], otherwise: (values: unknown) => unknown): unknown {
  return values.find((each) => each === NO_KEY || each === NUL) ?? otherwise(values);
}
