import { AppError } from "../../base/app_error.ts";
import { escapeLabel } from "../../base/terminal_text.ts";
import type { DaemonClient } from "../../client/client.ts";
import type { JobDefinition } from "../../protocol/job_definition.ts";
import type { ProjectJob } from "../../protocol/project.ts";
import { type DeclaredJob, declareJob } from "../../project/declare_job.ts";
import type { PlannedJob } from "../../project/project_plan.ts";
import type { ProjectTree } from "../../project/project_tree.ts";
import type { CommandContext } from "../frame/command.ts";
import { writeNote } from "../frame/write.ts";
import { nameJob } from "../output/job_text.ts";
import { askAgain } from "./ask_again.ts";
import { ProjectDraft } from "./project_draft.ts";
import { toApply } from "./to_apply.ts";

/** Jobs that are to be written into the project's file. */
export interface SavedJobs {
  readonly draft: ProjectDraft;
  readonly jobs: readonly JobDefinition[];
}

/** A job, and how it is written. */
interface Saving {
  readonly job: JobDefinition;
  readonly declared: DeclaredJob;
}

/**
 * Writes jobs that were added by hand into the project's file, whose they are from then on; with `isDry` only into the
 * text of the draft.
 * @throws AppError `project.*`, `job.not_found`
 */
export async function saveJobs(
  ctx: CommandContext,
  names: readonly string[],
  { isDry, isForced }: { isDry: boolean; isForced: boolean },
): Promise<SavedJobs> {
  const client = await ctx.client();
  const jobs = await readDefinitions(client, names);
  const draft = await ProjectDraft.open(ctx);
  const { tree, plan: { dir } } = await draft.load();
  const saving = jobs.map((job) => ({
    job,
    declared: declareJob(job.name!, job, { dir, tree }),
  }));
  for (const { declared } of saving) await put(draft, declared, { tree, isForced });
  const secrets = saving.flatMap(({ job, declared }) =>
    declared.secrets.map((name) => [name, job.env[name]!] as const)
  );
  const { plan } = await draft.load(Object.fromEntries(secrets));
  const found = saving.map(({ job, declared }) => ({
    job,
    declared,
    planned: plan.jobs.find(({ name }) => name === job.name)!,
  }));
  if (!isDry) {
    draft.write();
    const payload = await toApply(ctx, { ...plan, jobs: found.map(({ planned }) => planned) }, {
      only_up: true,
      taken: jobs.map(({ name }) => name!),
    });
    const honest = payload.jobs.map((each, at) => withoutUntrue(each, found[at]!));
    await askAgain(ctx, "apply", { ...payload, jobs: honest });
  }
  for (const each of found) await tellLosses(ctx, each);
  return { draft, jobs };
}

/** @throws AppError `job.not_found`, `project.has_job`, `project.secret`, `job.unnamed` */
async function readDefinitions(
  client: DaemonClient,
  names: readonly string[],
): Promise<JobDefinition[]> {
  const found = new Map<string, JobDefinition>();
  for (const job of names) {
    const { definition } = await client.request("get_definition", { job });
    expectSavable(definition);
    found.set(definition.id, definition);
  }
  return [...found.values()];
}

function expectSavable({ id, name, source, secret_fields }: JobDefinition): void {
  const called = nameJob({ id, name });
  if (source !== null) {
    throw new AppError("project.has_job", `Job ${called} is of ${source} already`, {
      hint: "Change it there; imp up makes it so",
    });
  }
  if (name === null) {
    throw new AppError("job.unnamed", `Job ${id} has no name, which it needs in a file`, {
      hint: `Give it one: imp rename ${id} NAME`,
    });
  }
  const [field] = secret_fields;
  if (field === undefined) return;
  throw new AppError(
    "project.secret",
    `Cannot save job ${called}: its ${field} has what looks like a secret in it`,
    {
      hint: field === "command"
        ? `Take it from a variable: imp set ${
          escapeLabel(name)
        } --env NAME=VALUE -- sh -c 'COMMAND "$NAME"'`
        : `Give it another: imp set ${escapeLabel(name)}`,
    },
  );
}

/** @throws AppError `project.has_job`, `project.no_place` */
async function put(
  draft: ProjectDraft,
  job: DeclaredJob,
  { tree, isForced }: { tree: ProjectTree; isForced: boolean },
): Promise<void> {
  const there = tree.valueAt(["jobs", job.name]);
  if (JSON.stringify(there) === JSON.stringify(job.table)) return;
  if (there !== undefined && !isForced) {
    const name = escapeLabel(job.name);
    throw new AppError("project.has_job", `There is another job ${name} in ${draft.name}`, {
      hint: `Write it anew: imp save --force ${name}; or give this one another name: ` +
        `imp rename ${name} NAME`,
    });
  }
  await draft.put(job);
}

/** What is not yet so of what runs has no digest: then the next `up` makes it so. */
function withoutUntrue(job: ProjectJob, { planned, job: is }: Compared): ProjectJob {
  const untrue = differencesOf(planned, is);
  const digests = Object.entries(job.restart_digests).filter(([key]) => !untrue.includes(key));
  return { ...job, restart_digests: Object.fromEntries(digests) };
}

interface Compared extends Saving {
  readonly planned: PlannedJob;
}

/** The keys by which the file says something else of a job than it was started with. */
function differencesOf(planned: PlannedJob, is: JobDefinition): string[] {
  const ports = Object.fromEntries(planned.ports.map(({ name, wish }) => [name, wish]));
  const pairs: Record<string, readonly [unknown, unknown]> = {
    command: [planned.command, is.command],
    cwd: [planned.workdir, is.workdir],
    env: [sorted(planned.env), sorted(is.env)],
    ports: [sorted(ports), sorted(is.ports ?? {})],
    stdin: [planned.stdin, is.stdin],
    tty: [planned.tty, is.tty],
  };
  const pending = (is.pending ?? []).map((field) => field === "workdir" ? "cwd" : field);
  return Object.keys(pairs).filter((key) =>
    pending.includes(key) || JSON.stringify(pairs[key]![0]) !== JSON.stringify(pairs[key]![1])
  );
}

function sorted(values: Readonly<Record<string, unknown>>): unknown {
  return Object.entries(values).sort(([a], [b]) => a < b ? -1 : 1);
}

async function tellLosses(
  ctx: CommandContext,
  { job, declared, planned }: Compared,
): Promise<void> {
  const called = escapeLabel(job.name!);
  for (const name of declared.secrets) {
    await writeNote(
      ctx,
      `${name} of ${called} looks like a secret: the file has \${${name}} in its place; ` +
        "set it where you call imp, or in a file that env_file names",
    );
  }
  if (!job.is_env_known) {
    await writeNote(
      ctx,
      `${called} was added by an older imp: variables that were given to it are not in the file`,
    );
  }
  const different = differencesOf(planned, job);
  if (different.length === 0) return;
  const keys = different.join(", ");
  await writeNote(
    ctx,
    `The file says more of ${called} (${keys}): so from its next start, or imp up`,
  );
}
