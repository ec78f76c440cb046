import { isAbsolute, join } from "@std/path/posix";
import type { PlainTable } from "../config/plain_table.ts";
import { findCycles, type GraphOrder, orderGraph } from "../base/dependency_graph.ts";
import { findNearest } from "../base/nearest.ts";
import { targetKindOf } from "../platform/read_regular_file.ts";
import type { JobDraft } from "./job_draft.ts";
import type { KeyReader } from "./key_reader.ts";
import type { Dependency } from "./project_plan.ts";
import type { TreePath } from "./project_tree.ts";
import { explainKey } from "./foreign_keys.ts";
import { type DependencyTable, JOB_KEYS } from "./schema.ts";

/** Jobs of a way that leads back to its beginning. */
const MOST_SHOWN = 12;

/** The edges of a job as it is written, each with its place. */
interface WrittenEdge {
  readonly job: string;
  readonly path: TreePath;
  readonly for?: Dependency["for"] | undefined;
  readonly restart?: boolean | undefined;
}

/** What jobs say about one another, looked at and told; what is right is returned. */
export class JobChecks {
  readonly #drafts: ReadonlyMap<string, JobDraft>;
  readonly #reader: Pick<KeyReader, "fail">;
  readonly #dir: string;
  /** Also those that cannot be read. */
  readonly #names: readonly string[];

  constructor(
    drafts: readonly JobDraft[],
    { names, reader, dir }: {
      names: readonly string[];
      reader: Pick<KeyReader, "fail">;
      dir: string;
    },
  ) {
    this.#drafts = new Map(drafts.map((draft) => [draft.name, draft]));
    this.#names = names;
    this.#reader = reader;
    this.#dir = dir;
  }

  /** Tells all that is wrong, and orders the jobs. */
  run(): GraphOrder {
    for (const draft of this.#drafts.values()) {
      this.#checkKind(draft);
      this.#checkPorts(draft);
      this.#checkPlaces(draft);
      this.#checkEdges(draft);
    }
    const drafts = [...this.#drafts.values()];
    const graph = new Map(drafts.map((draft) => [
      draft.name,
      edgesOf(draft).map(({ job }) => job).filter((job) => job !== draft.name),
    ]));
    for (const cycle of findCycles(graph)) this.#tellCycle(cycle);
    return orderGraph(graph);
  }

  /** The jobs that one waits for, and for what of them. */
  dependenciesOf(draft: JobDraft): Dependency[] {
    return edgesOf(draft).map(({ job, for: condition, restart = false }) => ({
      job,
      for: condition ?? (this.#isTask(job) ? "completed" : "ready"),
      restart,
    }));
  }

  #isTask(name: string): boolean {
    return this.#drafts.get(name)?.table.task === true;
  }

  #checkKind({ name, table, written }: JobDraft): void {
    const path = ["jobs", name];
    if ((written.command ?? null) === null && !mayMeanCommand(written)) {
      this.#reader.fail(path, "has no command", { of: "key" });
    }
    if (table.inputs && !table.task) {
      this.#reader.fail([...path, "inputs"], "only a task has inputs", {
        of: "key",
        hint: "write `task: true`",
      });
    }
    if (!table.task) return;
    for (const key of ["ready", "health"]) {
      if (!(key in written)) continue;
      const message = `a task has no \`${key}\`: it is done when it has ended`;
      this.#reader.fail([...path, key], message, { of: "key" });
    }
    if (/^(always|unless-stopped)$/.test(table.restart?.mode ?? "")) {
      const hint = "write `on-failure:MAX`, or `schedule`";
      this.#reader.fail([...path, "restart"], "a task runs to its end", { hint });
    }
  }

  #checkPorts({ name, table, written, portUses }: JobDraft): void {
    if (table.ready?.ports && !table.task && !written.ports) {
      const message = "there are no ports to be ready";
      this.#reader.fail(["jobs", name, "ready"], message, { hint: "declare `ports`" });
    }
    for (const { reference, path } of portUses) {
      const job = reference.job ?? name;
      const other = this.#drafts.get(job);
      if (!other) {
        if (!this.#names.includes(job)) this.#unknownJob(job, path);
        continue;
      }
      const ports = Object.keys(other.table.ports ?? {});
      if (ports.includes(reference.port) || !hasReadPorts(other)) continue;
      this.#reader.fail(path, `${job} has no port ${JSON.stringify(reference.port)}`, {
        hint: didYouMean(reference.port, ports) ?? "ports are declared under `ports`",
      });
    }
  }

  #checkPlaces({ name, table }: JobDraft): void {
    const { cwd, watch } = table;
    const path = ["jobs", name];
    // A task may make it.
    const mayBeMade = table.depends_on !== undefined;
    const full = cwd === undefined || isAbsolute(cwd) ? cwd : join(this.#dir, cwd);
    if (full !== undefined && !mayBeMade && !isDirectory(full)) {
      this.#reader.fail([...path, "cwd"], `there is no directory ${JSON.stringify(cwd)}`);
    }
    if (watch?.do?.action === "run" && !this.#names.includes(watch.do.job)) {
      this.#unknownJob(watch.do.job, [...path, "watch", "do"]);
    }
  }

  #checkEdges(draft: JobDraft): void {
    const seen = new Set<string>();
    for (const { job, path, for: condition } of edgesOf(draft)) {
      if (job === draft.name) this.#reader.fail(path, "a job cannot depend on itself");
      else if (!this.#names.includes(job)) this.#unknownJob(job, path);
      else if (seen.has(job)) this.#reader.fail(path, `${job} is there twice`);
      else if (this.#drafts.has(job)) this.#checkCondition(job, condition, path);
      seen.add(job);
    }
  }

  #checkCondition(job: string, condition: Dependency["for"] | undefined, path: TreePath): void {
    if (condition === "completed" && !this.#isTask(job)) {
      this.#reader.fail(path, `${job} is no task, and never completed`, {
        hint: `write \`task: true\` there, or \`ready\` here`,
      });
    }
    if (condition === "ready" && this.#isTask(job)) {
      this.#reader.fail(path, `${job} is a task, and never ready`, { hint: "write `completed`" });
    }
  }

  #unknownJob(job: string, path: TreePath): void {
    const hint = didYouMean(job, this.#names);
    this.#reader.fail(path, `there is no job ${JSON.stringify(job)}`, { hint });
  }

  #tellCycle(cycle: readonly string[]): void {
    const [first, second = first] = cycle;
    const edge = edgesOf(this.#drafts.get(first!)!).find(({ job }) => job === second);
    const way = [...shorten(cycle), first].join(" → ");
    this.#reader.fail(edge!.path, `jobs that wait for one another: ${way}`);
  }
}

/** The jobs that one names, as a list or as a table. */
function edgesOf({ name, table }: JobDraft): WrittenEdge[] {
  const path = ["jobs", name, "depends_on"];
  const written = table.depends_on as readonly string[] | DependencyTable | undefined;
  if (Array.isArray(written)) {
    return written.map((job: string, index) => ({ job, path: [...path, index] }));
  }
  return Object.entries(written ?? {}).map(([job, edge]) => ({
    job,
    path: [...path, job],
    ...edge,
  }));
}

/** Enough of a way to see it. */
function shorten(way: readonly string[]): readonly string[] {
  return way.length <= MOST_SHOWN ? way : [...way.slice(0, MOST_SHOWN - 2), "…", way.at(-1)!];
}

/** Whether a key that is told anyway is what the command was meant by. */
function mayMeanCommand(written: PlainTable): boolean {
  const known = Object.keys(JOB_KEYS);
  return Object.keys(written).filter((name) => !known.includes(name)).some((name) => {
    const { message, hint = "" } = explainKey(name, ["jobs", ""], known);
    return message.startsWith("here `command") || hint.includes(" command?");
  });
}

/** Of ports that are wrong, nobody knows their names. */
function hasReadPorts({ table, written }: JobDraft): boolean {
  return table.ports !== undefined || (written.ports ?? null) === null;
}

function didYouMean(word: string, candidates: readonly string[]): string | undefined {
  const near = findNearest(word, candidates);
  return near === undefined ? undefined : `did you mean ${JSON.stringify(near)}?`;
}

function isDirectory(path: string): boolean {
  try {
    return targetKindOf(path) === "a directory";
  } catch {
    return false;
  }
}
