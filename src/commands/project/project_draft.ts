import { AppError } from "../../base/app_error.ts";
import { createUserFile } from "../../platform/create_file.ts";
import { replaceUserFile } from "../../platform/replace_user_file.ts";
import type { DeclaredJob } from "../../project/declare_job.ts";
import type { ProjectPlan } from "../../project/project_plan.ts";
import type { ProjectText } from "../../project/project_text.ts";
import type { ProjectTree } from "../../project/project_tree.ts";
import type { CommandContext } from "../frame/command.ts";
import { describeTroubles, fromHere } from "../frame/project_file.ts";

/** What some editors put in front. */
const MARK = "\ufeff";

/** What a text comes to. */
export interface DraftReading {
  readonly plan: ProjectPlan;
  readonly tree: ProjectTree;
}

/** The text of a project file, of one that is or is to be, on its way to become another one. */
export class ProjectDraft {
  readonly #ctx: CommandContext;
  readonly path: string;
  /** As it is called in what is said. */
  readonly name: string;
  /** Undefined where there is no such file yet. */
  readonly #file: ProjectText | undefined;
  #text: string;

  private constructor(ctx: CommandContext, path: string, file: ProjectText | undefined) {
    this.#ctx = ctx;
    this.path = path;
    this.name = fromHere(path, ctx.cwd());
    this.#file = file;
    this.#text = this.before;
  }

  /** The file of the project around us; a new one where there is none. @throws AppError `project.none`, `project.wrong` */
  static async open(ctx: CommandContext): Promise<ProjectDraft> {
    const { readProjectText } = await import("../../project/project_text.ts");
    const { agreedFile } = ctx.project;
    if (agreedFile !== undefined) {
      throw new AppError(
        "project.unwritable",
        `Will not write into ${agreedFile}, which others decide on`,
        {
          hint: "Write it there by hand, and say yes to it: imp trust",
        },
      );
    }
    if (ctx.project.file === undefined) await expectNoProcfile(ctx);
    const path = ctx.project.file ?? `${ctx.project.dir}/imp.yaml`;
    try {
      return new ProjectDraft(ctx, path, readProjectText(path));
    } catch (cause) {
      const { reason } = cause as { reason?: string };
      if (reason === undefined) throw cause;
      throw new AppError("project.wrong", `Cannot read ${fromHere(path, ctx.cwd())}: ${reason}`, {
        hint: "imp check tells when it is right",
        cause,
      });
    }
  }

  get before(): string {
    return this.#file?.text ?? "";
  }

  get text(): string {
    return this.#text;
  }

  /** What the text comes to, with these variables in place of the caller's. @throws AppError `project.wrong` */
  async load(env: Readonly<Record<string, string>> = {}): Promise<DraftReading> {
    const { loadProject } = await import("../../project/load_project.ts");
    const ctx = this.#ctx;
    const loaded = await loadProject(this.path, {
      env: (name) => env[name] ?? ctx.env(name),
      projectId: ctx.daemonId,
      nameOf: (each) => fromHere(each, ctx.cwd()),
      draft: this.#text,
    });
    if ("plan" in loaded) return loaded;
    const lines = (await describeTroubles(loaded)).join("\n");
    const what = this.#text === this.before ? "is wrong" : "would be wrong with that";
    throw new AppError("project.wrong", `Nothing is written, as ${this.name} ${what}:\n${lines}`, {
      hint: "See imp help check",
    });
  }

  /** Adds a job, or puts it in the place of one of its name. @throws AppError `project.no_place` */
  async put(job: DeclaredJob): Promise<void> {
    const { insertJob } = await import("../../project/insert_job.ts");
    const text = this.#text === "" && this.#file === undefined
      ? "# What this project runs: imp up, imp down.\n"
      : this.#text;
    const inserted = await insertJob({ path: this.path, text }, job);
    if (inserted === undefined) throw this.#noPlace(job);
    this.#text = inserted;
  }

  /** Writes the text, if it is another one. @throws AppError `project.changed`, `project.exists`, `project.unwritable` */
  write(): void {
    if (this.#file === undefined) createUserFile(this.path, this.#text);
    else if (this.#text !== this.before) {
      const { bytes } = this.#file;
      const mark = bytes[0] === 0xef && bytes[1] === 0xbb ? MARK : "";
      replaceUserFile(this.path, mark + this.#text, bytes);
    }
  }

  #noPlace({ name, table }: DeclaredJob): AppError {
    const hint = this.path.endsWith(".toml")
      ? `Write jobs as tables [jobs.NAME], and take a job ${name} out of it first`
      : `Write it below jobs by hand: ${JSON.stringify({ [name]: table }).slice(1, -1)}`;
    return new AppError(
      "project.no_place",
      `Cannot add job ${name} to ${this.name} without changing more of it`,
      { hint },
    );
  }
}

/** With an imp.yaml beside it, it would count no more. @throws AppError `project.none` */
async function expectNoProcfile(ctx: CommandContext): Promise<void> {
  const { findProcfile } = await import("../frame/procfile_project.ts");
  const procfile = await findProcfile(ctx);
  if (procfile === undefined) return;
  const name = fromHere(procfile.path, ctx.cwd());
  throw new AppError("project.none", `There is no project file to write into, but ${name}`, {
    hint: "imp import --write makes an imp.yaml of it",
  });
}
