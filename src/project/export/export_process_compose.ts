import { relative } from "@std/path/posix";
import { readSignal } from "../../base/signals.ts";
import type { ExportableJob, ExportableProject } from "./exportable.ts";
import type { Exported } from "./exported.ts";
import { goTemplate } from "./go_template.ts";
import { LossList } from "./losses.ts";
import { pathFrom } from "./path_from.ts";
import { processComposeProbes } from "./process_compose_probes.ts";
import { processComposeWatch } from "./process_compose_watch.ts";
import { textOfShell, toShellText } from "./shell_text.ts";
import { startedJobs } from "./started_jobs.ts";
import { withoutEmpty, yamlText } from "./yaml_text.ts";

const FILE = "process-compose.yaml";

/** A file for process-compose 1.100 and later. */
export function exportProcessCompose(project: ExportableProject): Exported {
  const losses = new LossList();
  const started = startedJobs(project.jobs);
  const processes = project.jobs.map((job) =>
    [job.name, processOf(job, { project, started, losses })] as const
  );
  const text = yamlText({
    header: [`Written by \`imp export process-compose\` from ${project.file}.`],
    value: {
      version: "0.5",
      shell: { shell_command: "sh", shell_argument: "-c" },
      processes: Object.fromEntries(processes),
    },
    section: "processes",
    comments: new Map(project.jobs.map((job) => [job.name, losses.commentsOf(job)])),
  });
  // It fills in variables before it reads the file, remarks with it.
  return { files: [{ name: FILE, text: text.replaceAll("$", "$$$$") }], losses: losses.all };
}

interface ProcessOptions {
  readonly project: ExportableProject;
  readonly started: ReadonlySet<string>;
  readonly losses: LossList;
}

function processOf(job: ExportableJob, { project, started, losses }: ProcessOptions) {
  const text = textOfShell(job.command);
  const isTemplate = text?.includes("{{");
  const process = withoutEmpty({
    description: job.description && goTemplate(job.description),
    command: text,
    is_template_disabled: isTemplate,
    entrypoint: text === undefined ? job.command : undefined,
    working_dir: job.workdir === project.dir
      ? undefined
      : goTemplate(pathFrom(project.dir, job.workdir)),
    // imp reads no .env by itself.
    is_dotenv_disabled: true,
    env_file: envFileOf(job, { project, losses }),
    environment: Object.entries(job.env).map(([name, value]) => `${name}=${goTemplate(value)}`),
    depends_on: dependenciesOf(job, { project, losses }),
    ...processComposeProbes(job, losses),
    availability: availabilityOf(job, losses),
    shutdown: withoutEmpty({
      command: job.stop.command && toShellText(job.stop.command),
      signal: job.stop.signal && readSignal(job.stop.signal, "linux")?.number,
      timeout_seconds: job.stop.timeout_ms && Math.ceil(job.stop.timeout_ms / 1_000),
    }),
    namespace: job.groups.length === 1 ? job.groups[0] : job.groups,
    disabled: !started.has(job.name) && (!job.autostart || job.confirm),
    is_tty: job.tty,
    schedule: job.schedule && withoutEmpty({
      cron: job.schedule.cron,
      timezone: job.schedule.timezone,
      interval: job.schedule.every_ms && `${job.schedule.every_ms / 1_000}s`,
    }),
    watch: processComposeWatch(job, losses),
  });
  losses.addRest(job, [
    ...["description", "env_file", "task", "depends_on", "ready", "health", "restart"] as const,
    ...["stop.signal", "stop.timeout", "stop.command", "autostart", "watch", "schedule"] as const,
    ...["groups", "tty"] as const,
  ]);
  return process;
}

/** It takes one file, which must be there. */
function envFileOf(
  job: ExportableJob,
  { project, losses }: Pick<ProcessOptions, "project" | "losses">,
): string | undefined {
  const isThere = ({ required, variables }: ExportableJob["envFiles"][number]) =>
    required || Object.keys(variables).length > 0;
  const last = job.envFiles.findLast(isThere);
  for (const file of job.envFiles) {
    if (file === last) continue;
    const why = isThere(file) ? "it takes one file only" : "it must be there, and is not";
    losses.add(job, "env_file", `${file.path}; ${why}`);
  }
  if (last === undefined) return undefined;
  const isBeside = pathFrom(project.dir, last.path) !== last.path;
  return isBeside ? relative(job.workdir, last.path) : last.path;
}

function dependenciesOf(
  job: ExportableJob,
  { project, losses }: Pick<ProcessOptions, "project" | "losses">,
) {
  return Object.fromEntries(job.depends_on.map((edge) => {
    const other = project.jobs.find(({ name }) => name === edge.job);
    if (edge.restart) losses.add(job, "depends_on", `${edge.job}: restart`);
    if (edge.for === "completed") {
      return [edge.job, { condition: "process_completed_successfully" }];
    }
    const { readiness_probe, ready_log_line } = edge.for === "ready" && other
      ? processComposeProbes(other, new LossList())
      : {};
    const condition = ready_log_line !== undefined
      ? "process_log_ready"
      : readiness_probe !== undefined
      ? "process_healthy"
      : "process_started";
    return [edge.job, { condition }];
  }));
}

function availabilityOf(job: ExportableJob, losses: LossList) {
  const { mode, max } = job.restart;
  if (mode === "no") return undefined;
  if (mode === "on-failure") return withoutEmpty({ restart: "on_failure", max_restarts: max });
  losses.addUnlessStopped(job);
  return { restart: "always" };
}
