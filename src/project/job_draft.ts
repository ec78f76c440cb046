import type { PlainTable } from "../config/plain_table.ts";
import type { ReadEnv } from "../platform/paths.ts";
import type { EnvFiles } from "./env_files.ts";
import type { PlannedEnvFile } from "./project_plan.ts";
import type { KeyReader, PortUse } from "./key_reader.ts";
import type { TreePath } from "./project_tree.ts";
import {
  DEFAULT_KEYS,
  type EnvFileWish,
  JOB_KEYS,
  type JobKey,
  type JobTable,
  PROJECT_KEYS,
  type ProjectTable,
} from "./schema.ts";

/** Variables by name; null takes one away. */
type DeclaredEnv = Readonly<Record<string, string | null>>;

/** A job as it is read, before anybody looks at what it says about others. */
export interface JobDraft {
  readonly name: string;
  /** What it says itself, and what it takes from `defaults`. */
  readonly table: JobTable;
  readonly env: DeclaredEnv;
  /** Those of the top of the file, too. */
  readonly envFiles: readonly PlannedEnvFile[];
  /** What is written, right or wrong. */
  readonly written: PlainTable;
  readonly portUses: readonly PortUse[];
}

/** The top of the file. */
export interface ProjectDraft {
  readonly table: ProjectTable;
  readonly env: DeclaredEnv;
  readonly envFiles: readonly PlannedEnvFile[];
}

/** What a task, which ends, has no use for. */
const NOT_FOR_TASKS: readonly JobKey[] = ["restart", "ready", "health", "watch"];

/** Reads the top of a project file and each of its jobs, with the variables that each of them sees. */
export class DraftReader {
  readonly #reader: KeyReader;
  readonly #envFiles: EnvFiles;
  readonly #caller: ReadEnv;
  readonly #project: ProjectDraft;
  readonly #variable: ReadEnv;

  constructor(
    { reader, envFiles, env }: { reader: KeyReader; envFiles: EnvFiles; env: ReadEnv },
  ) {
    this.#reader = reader;
    this.#envFiles = envFiles;
    this.#caller = env;
    const top = { keys: PROJECT_KEYS, path: [], variable: env };
    const ownFiles = this.#readFiles(reader.readKey(top, "env_file"), ["env_file"]);
    const fromFiles = variablesOf(ownFiles);
    this.#variable = (name) => env(name) ?? fromFiles[name];
    const table = reader.read({ ...top, variable: this.#variable });
    this.#project = { table, env: { ...fromFiles, ...table.env }, envFiles: ownFiles };
  }

  get project(): ProjectDraft {
    return this.#project;
  }

  /** What `defaults` says, for what is wrong in it where there is no job to take it. */
  readDefaults(): void {
    this.#reader.read({ keys: DEFAULT_KEYS, path: ["defaults"], variable: this.#variable });
  }

  readJob(name: string, written: PlainTable): JobDraft {
    const path = ["jobs", name];
    const firstUse = this.#reader.portUses.length;
    const own = { keys: JOB_KEYS, path, variable: this.#variable };
    const isTask = this.#reader.readKey(own, "task") === true;
    const keys = Object.entries(DEFAULT_KEYS).filter(([key]) =>
      !(isTask && NOT_FOR_TASKS.includes(key as JobKey)) &&
      (/^(env|env_file|stop)$/.test(key) || (written[key] ?? null) === null)
    );
    const shared = {
      keys: Object.fromEntries(keys) as typeof DEFAULT_KEYS,
      path: ["defaults"],
      variable: this.#variable,
    };
    const envFiles = [
      ...this.#readFiles(this.#reader.readKey(shared, "env_file"), ["defaults", "env_file"]),
      ...this.#readFiles(this.#reader.readKey(own, "env_file"), [...path, "env_file"]),
    ];
    const fromFiles = variablesOf(envFiles);
    const variable = (each: string) =>
      this.#caller(each) ?? fromFiles[each] ?? this.#variable(each);
    const defaults = this.#reader.read({ ...shared, variable });
    const table: JobTable = this.#reader.read({ ...own, variable });
    return {
      name,
      table: { ...defaults, ...table, stop: { ...defaults.stop, ...table.stop } },
      env: { ...this.#project.env, ...defaults.env, ...fromFiles, ...table.env },
      envFiles: [...this.#project.envFiles, ...envFiles],
      written,
      portUses: this.#reader.portUses.slice(firstUse),
    };
  }

  #readFiles(files: readonly EnvFileWish[] | undefined, path: TreePath): PlannedEnvFile[] {
    return (files ?? []).flatMap((file) => {
      const read = this.#envFiles.read(file);
      if (!("why" in read)) return [{ ...file, ...read }];
      this.#reader.fail(path, read.why);
      return [];
    });
  }
}

function variablesOf(files: readonly PlannedEnvFile[]): Record<string, string> {
  return Object.assign({}, ...files.map(({ variables }) => variables));
}
