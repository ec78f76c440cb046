import type { ExportableJob, ExportableProject } from "./exportable.ts";
import type { Exported } from "./exported.ts";
import { LossList } from "./losses.ts";
import { pathFrom } from "./path_from.ts";
import { probeText } from "./probe_text.ts";
import { safeNames } from "./safe_names.ts";
import { startedJobs } from "./started_jobs.ts";
import { toComposeDuration } from "./compose_duration.ts";
import { withoutEmpty, yamlText } from "./yaml_text.ts";

const FILE = "compose.yaml";
const IMAGE = "${IMAGE:?an image that has what the jobs need}";

/**
 * A file for docker compose 2.24 and later: services of one image, which is to be named, in the network of the machine
 * and with the project's directory in its own place, so that what a job says of paths and ports holds.
 */
export function exportCompose(project: ExportableProject): Exported {
  const losses = new LossList();
  const started = startedJobs(project.jobs);
  const names = safeNames(project.jobs, (name) => name.replace(/[^\w.-]/g, "-"));
  const services = project.jobs.map((job) => {
    const service = serviceOf(job, { project, names, started, losses });
    return [
      names.get(job.name)!,
      escaped({ ...placeOf(project), ...service }, { image: IMAGE }),
    ] as const;
  });
  const text = yamlText({
    header: [
      `Written by \`imp export compose\` from ${project.file}.`,
      "IMAGE=node:22 docker compose up runs all jobs in that image.",
    ],
    value: {
      name: project.name.toLowerCase(),
      services: Object.fromEntries(services),
    },
    section: "services",
    comments: new Map(project.jobs.map((job) => [names.get(job.name)!, losses.commentsOf(job)])),
  });
  return { files: [{ name: FILE, text }], losses: losses.all };
}

interface ServiceOptions {
  readonly project: ExportableProject;
  readonly names: ReadonlyMap<string, string>;
  readonly started: ReadonlySet<string>;
  readonly losses: LossList;
}

function placeOf({ dir }: ExportableProject) {
  return { network_mode: "host", volumes: [{ type: "bind", source: ".", target: dir }] };
}

function serviceOf(job: ExportableJob, { project, names, started, losses }: ServiceOptions) {
  const service = withoutEmpty({
    labels: job.description && { description: job.description },
    working_dir: job.workdir,
    // That of the image would have it for its arguments.
    entrypoint: job.command,
    env_file: job.envFiles.map(({ path, required }) => ({
      path: pathFrom(project.dir, path),
      required,
    })),
    environment: job.env,
    depends_on: Object.fromEntries(
      job.depends_on.map((edge) => [names.get(edge.job)!, conditionOf(edge, project)]),
    ),
    healthcheck: healthcheckOf(job, losses),
    restart: restartOf(job),
    stop_signal: job.stop.signal,
    stop_grace_period: toComposeDuration(job.stop.timeout_ms),
    mem_limit: job.memory_limit_bytes,
    stdin_open: job.stdin,
    tty: job.tty,
    init: true,
    profiles: profilesOf(job, started),
  });
  losses.addRest(job, [
    ...["description", "env_file", "task", "depends_on", "ready", "restart"] as const,
    ...["stop.signal", "stop.timeout", "autostart", "memory_limit", "stdin", "tty"] as const,
    ...started.has(job.name) ? [] : ["groups" as const],
  ]);
  return service;
}

function conditionOf(edge: ExportableJob["depends_on"][number], { jobs }: ExportableProject) {
  const other = jobs.find(({ name }) => name === edge.job);
  const restart = edge.restart ? { restart: true } : {};
  if (edge.for === "completed") return { condition: "service_completed_successfully", ...restart };
  const isSeen = edge.for === "ready" && other &&
    healthcheckOf(other, new LossList()) !== undefined;
  return { condition: isSeen ? "service_healthy" : "service_started", ...restart };
}

function healthcheckOf(job: ExportableJob, losses: LossList) {
  const { ready } = job;
  if (!ready) return undefined;
  if (ready.log !== undefined) {
    losses.add(job, "ready", `log: ${ready.log}; it does not look at output`);
    return undefined;
  }
  if (ready.delay_ms !== undefined) {
    losses.add(job, "ready", "delay; it is ready when it has started");
    return undefined;
  }
  const interval = Math.max(ready.interval_ms, 1);
  if (ready.retries > 1) losses.add(job, "ready", `retries: ${ready.retries}; one is enough`);
  return {
    test: ["CMD-SHELL", probeText(ready, job.ports)],
    // Compose goes on to look, so it does not do that as often as imp, which stops.
    interval: "30s",
    timeout: toComposeDuration(ready.timeout_ms),
    start_period: toComposeDuration(ready.within_ms),
    start_interval: toComposeDuration(interval),
  };
}

function restartOf({ restart }: ExportableJob): string | undefined {
  const { mode, max } = restart;
  if (mode === "no") return undefined;
  return max === undefined ? mode : `${mode}:${max}`;
}

/** A service with a profile starts only with that, or by its name. */
function profilesOf(job: ExportableJob, started: ReadonlySet<string>): readonly string[] {
  if (started.has(job.name)) return [];
  return job.groups.length > 0 ? job.groups : ["manual"];
}

/** Compose fills in what has a dollar. */
function escaped(value: unknown, plain: Record<string, unknown>): unknown {
  return { ...plain, ...escapeAll(value) as object };
}

function escapeAll(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll("$", "$$$$");
  if (Array.isArray(value)) return value.map(escapeAll);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, escapeAll(each)]));
}
