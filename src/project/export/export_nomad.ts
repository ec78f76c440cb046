import type { ExportableJob, ExportableProject } from "./exportable.ts";
import type { Exported, ExportedFile } from "./exported.ts";
import { toComposeDuration } from "./compose_duration.ts";
import { type HclBlock, hclText } from "./hcl_text.ts";
import { type DeclaredKey, LossList } from "./losses.ts";
import { nomadService } from "./nomad_service.ts";
import { plainEnv } from "./plain_env.ts";
import { safeNames } from "./safe_names.ts";

const CARRIED: readonly DeclaredKey[] = [
  ...["description", "task", "depends_on", "ready", "restart", "stop.signal"] as const,
  ...["stop.timeout", "autostart", "memory_limit", "schedule"] as const,
];

/**
 * A job of Nomad 1.4 and later for each service, and for each task that no other job waits for: one that is waited for
 * runs in its dependents, before them. The driver is raw_exec, which a client must allow.
 */
export function exportNomad(project: ExportableProject): Exported {
  const losses = new LossList();
  const names = safeNames(project.jobs, (name) => name.replace(/[^\w-]/g, "-"));
  const needed = new Set(
    project.jobs.flatMap((job) => job.depends_on.filter(isRunBefore).map((edge) => edge.job)),
  );
  const alone = project.jobs.filter(({ name }) => !needed.has(name));
  for (const job of project.jobs) tellLosses(job, losses, needed);
  const files = alone.map((job): ExportedFile => {
    const before = job.depends_on.filter(isRunBefore)
      .map((edge) => project.jobs.find(({ name }) => name === edge.job)!);
    const id = `${project.name}-${names.get(job.name)}`;
    const text = hclText(jobBlock(job, { before, names, id, losses }));
    const remarks = [
      ...before.flatMap((each) => losses.commentsOf(each).map((line) => `${each.name}: ${line}`)),
      ...losses.commentsOf(job),
    ];
    const lines = [
      `# Written by \`imp export nomad\` from ${project.file}, job ${job.name}.`,
      ...remarks.map((line) => `# ${line}`),
      text,
      "",
    ];
    return { name: `${id}.nomad.hcl`, text: lines.join("\n") };
  });
  const [first = emptyFile(project), ...others] = files;
  return { files: [first, ...others], losses: losses.all };
}

function emptyFile({ name, file }: ExportableProject): ExportedFile {
  return { name: `${name}.nomad.hcl`, text: `# There are no jobs in ${file}.\n` };
}

function isRunBefore(edge: ExportableJob["depends_on"][number]): boolean {
  return edge.for === "completed";
}

function tellLosses(job: ExportableJob, losses: LossList, needed: ReadonlySet<string>): void {
  const isWaitedFor = needed.has(job.name);
  for (const edge of job.depends_on) {
    // What runs before a job has nothing before it.
    if (isWaitedFor || !isRunBefore(edge)) losses.add(job, "depends_on", edge.job);
    else if (edge.restart) losses.add(job, "depends_on", `${edge.job}: restart`);
  }
  const { restart, schedule, memory_limit_bytes: bytes } = job;
  if (restart.mode === "on-failure" && !job.task) {
    losses.add(job, "restart", "on-failure; it is started again after code 0, too");
  }
  if (schedule && (schedule.every_ms !== undefined || isWaitedFor || !job.task)) {
    losses.add(job, "schedule", schedule.cron ?? "every");
  }
  if (bytes !== undefined) losses.add(job, "memory_limit", "it is asked for and not enforced");
  losses.addUnlessStopped(job);
  losses.addStrangeNames(job);
  losses.addRest(job, CARRIED);
}

interface JobBlockOptions {
  readonly before: readonly ExportableJob[];
  readonly names: ReadonlyMap<string, string>;
  readonly id: string;
  readonly losses: LossList;
}

function jobBlock(job: ExportableJob, { before, names, id, losses }: JobBlockOptions): HclBlock {
  const { description, task, schedule } = job;
  const isPeriodic = task && schedule?.cron !== undefined;
  const service = nomadService(job, id, losses);
  return {
    name: "job",
    labels: [id],
    attributes: { type: task ? "batch" : "service" },
    blocks: [
      ...description === undefined ? [] : [{ name: "meta", attributes: { description } }],
      ...isPeriodic ? [periodicBlock(schedule)] : [],
      {
        name: "group",
        labels: [names.get(job.name)!],
        blocks: [
          ...networkBlocks(job),
          ...restartBlocks(job),
          ...service,
          ...before.map((each) => taskBlock(each, names.get(each.name)!, { isBefore: true })),
          taskBlock(job, names.get(job.name)!, { isBefore: false }),
        ],
      },
    ],
  };
}

function periodicBlock({ cron, timezone }: NonNullable<ExportableJob["schedule"]>): HclBlock {
  const attributes = { cron, time_zone: timezone, prohibit_overlap: true };
  return { name: "periodic", attributes };
}

function networkBlocks({ ports }: ExportableJob): HclBlock[] {
  if (ports.length === 0) return [];
  const blocks = ports.map(({ name, number }) => ({
    name: "port",
    labels: [name],
    attributes: { static: number },
  }));
  return [{ name: "network", blocks }];
}

/** Nomad starts again what has ended, and takes it to another machine, unless it is told not to. */
function restartBlocks({ restart, task }: ExportableJob): HclBlock[] {
  const { mode, max } = restart;
  const isEndless = mode !== "no" && max === undefined;
  const attributes = isEndless
    ? { attempts: 1, interval: "10s", delay: "1s", mode: "delay" }
    : { attempts: mode === "no" ? 0 : max ?? 0, interval: "24h", delay: "1s", mode: "fail" };
  const reschedule = { attempts: 0, unlimited: false };
  return [
    { name: "restart", attributes },
    ...isEndless && !task ? [] : [{ name: "reschedule", attributes: reschedule }],
  ];
}

const STOP_TIMEOUT_MS = 10_000;

/** raw_exec has no word for the directory that every release knows, so the shell goes there. */
function taskBlock(
  job: ExportableJob,
  name: string,
  { isBefore }: { isBefore: boolean },
): HclBlock {
  const { workdir, command, stop, memory_limit_bytes: bytes } = job;
  const env = Object.fromEntries(plainEnv(job));
  const lifecycle = { name: "lifecycle", attributes: { hook: "prestart", sidecar: false } };
  return {
    name: "task",
    labels: [name],
    attributes: {
      driver: "raw_exec",
      // Its own is INT.
      kill_signal: stop.signal ?? "SIGTERM",
      kill_timeout: toComposeDuration(stop.timeout_ms ?? STOP_TIMEOUT_MS),
    },
    blocks: [
      ...isBefore ? [lifecycle] : [],
      {
        name: "config",
        attributes: {
          command: "/bin/sh",
          args: ["-c", 'cd "$0" && exec "$@"', workdir, ...command],
        },
      },
      ...Object.keys(env).length > 0 ? [{ name: "env", attributes: env }] : [],
      ...bytes === undefined
        ? []
        : [{ name: "resources", attributes: { memory: Math.ceil(bytes / 2 ** 20) } }],
    ],
  };
}
