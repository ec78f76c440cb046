import { basename } from "@std/path/posix";
import { AppError } from "../../base/app_error.ts";
import { pickPort } from "../../base/pick_port.ts";
import { fillPorts, portVariables } from "../../base/ports.ts";
import type { HealthProbe, PlannedEnvFile, PlannedJob, ProjectPlan } from "../project_plan.ts";

/** A project whose jobs need nothing more of imp. */
export interface ExportableProject {
  /** What it is called, of letters, digits, `_`, `.` and `-`. */
  readonly name: string;
  /** The file that it is declared in, absolute. */
  readonly file: string;
  readonly dir: string;
  /** Each after those it depends on. */
  readonly jobs: readonly ExportableJob[];
  /** Where whoever asks finds programs. */
  readonly path: string | undefined;
}

/** A job with the numbers of its ports in the place of their names. */
export interface ExportableJob extends Omit<PlannedJob, "env" | "env_files" | "ports"> {
  /** What is to be set over its files of variables, those that tell it its ports with it. */
  readonly env: Readonly<Record<string, string>>;
  /** Variables that are taken away. */
  readonly unset: readonly string[];
  /** What comes later counts more; what they say now is in none of the other texts. */
  readonly envFiles: readonly PlannedEnvFile[];
  readonly ports: readonly ExportablePort[];
}

/** A port that has a number for good. */
export interface ExportablePort {
  readonly name: string;
  readonly number: number;
  /** imp would find a free one in its place. */
  readonly isFound: boolean;
}

/** Whose project it is. */
export interface ExportableOptions {
  /** The id of its daemon. */
  readonly projectId: string;
  readonly path: string | undefined;
}

/**
 * Gives every port its number: `auto` is the one that the project's daemon would try first.
 * @throws AppError `export.bad_path`, `job.no_free_port`
 */
export function toExportable(plan: ProjectPlan, options: ExportableOptions): ExportableProject {
  const ports = numberPorts(plan, options.projectId);
  return {
    name: toName(plan.name ?? basename(plan.dir)),
    file: plan.file,
    dir: plan.dir,
    path: options.path,
    jobs: plan.jobs.map((job) => {
      expectPlainPaths([job.workdir, ...job.env_files.map(({ path }) => path)]);
      return exportableJob(job, ports);
    }),
  };
}

function toName(text: string): string {
  return text.replace(/[^A-Za-z0-9_.-]+/g, "-").replace(/^[^A-Za-z0-9]+|-+$/g, "") || "project";
}

/** In a file of lines a path must be one. @throws AppError `export.bad_path` */
function expectPlainPaths(paths: readonly string[]): void {
  // deno-lint-ignore no-control-regex
  const bad = paths.find((path) => /[\0-\x1f\x7f]/.test(path));
  if (bad === undefined) return;
  throw new AppError(
    "export.bad_path",
    `Cannot write ${JSON.stringify(bad)} into a file of lines`,
    {
      hint: "Rename what has a control character in its name",
    },
  );
}

type PortsByJob = ReadonlyMap<string, readonly ExportablePort[]>;

function numberPorts({ jobs }: ProjectPlan, projectId: string): PortsByJob {
  const taken = new Set<number>();
  for (const { wish } of jobs.flatMap(({ ports }) => ports)) {
    if (wish !== "auto") taken.add(typeof wish === "number" ? wish : wish.prefer);
  }
  const find = (job: string, name: string) => {
    const number = pickPort([projectId, job, name].join("\0"), (port) => !taken.has(port));
    taken.add(number);
    return number;
  };
  return new Map(jobs.map((job) => [
    job.name,
    job.ports.map(({ name, wish }) => {
      if (typeof wish === "number") return { name, number: wish, isFound: false };
      const number = wish === "auto" ? find(job.name, name) : wish.prefer;
      return { name, number, isFound: true };
    }),
  ]));
}

function exportableJob(planned: PlannedJob, portsByJob: PortsByJob): ExportableJob {
  const { env_files: envFiles, env: declared, ...job } = planned;
  const fill = (text: string) =>
    fillPorts(
      text,
      (name, other = job.name) => portsByJob.get(other)?.find((port) => port.name === name)?.number,
    );
  const fillAll = (command: readonly string[]) =>
    command.map((word, at) => at === 0 ? word : fill(word));
  const ports = portsByJob.get(job.name)!;
  const numbers = Object.fromEntries(ports.map(({ name, number }) => [name, number]));
  const fromFiles: Record<string, string> = Object.assign(
    {},
    ...envFiles.map((each) => each.variables),
  );
  const env = Object.entries(portVariables(numbers)).filter(([name]) =>
    !Object.hasOwn(declared, name)
  );
  const unset: string[] = [];
  for (const [name, value] of Object.entries(declared)) {
    if (value === null) unset.push(name);
    else if (!Object.hasOwn(fromFiles, name) || fromFiles[name] !== value) {
      env.push([name, fill(value)]);
    }
  }
  return {
    ...job,
    ...{ ports, unset, envFiles },
    env: Object.fromEntries(env),
    command: fillAll(job.command),
    stop: { ...job.stop, command: job.stop.command && fillAll(job.stop.command) },
    ready: job.ready && fillProbe(job.ready, fill),
    health: job.health && fillProbe(job.health, fill),
  };
}

/** The part of a probe in which ports may stand. */
type Target = Pick<HealthProbe, "http" | "tcp" | "command">;

function fillProbe<Probe extends Target>(probe: Probe, fill: (text: string) => string): Probe {
  const { http, tcp, command } = probe;
  return {
    ...probe,
    ...http !== undefined && { http: fill(http) },
    ...tcp !== undefined && { tcp: fill(tcp) },
    ...command && { command: command.map(fill) },
  };
}
