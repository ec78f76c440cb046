import { join } from "@std/path/posix";
import { literalForSystemd, quoteSystemdWord } from "../../base/systemd_word.ts";
import type { ExportableJob, ExportableProject } from "./exportable.ts";
import type { DeclaredKey, LossList } from "./losses.ts";
import { plainEnv } from "./plain_env.ts";
import { probeText } from "./probe_text.ts";
import { quoteShellWord } from "./shell_text.ts";

/** What a unit says of others. */
export interface SystemdServiceOptions {
  readonly project: ExportableProject;
  readonly unitOf: (job: string) => string;
  /** That of the project. */
  readonly target: string;
  /** Those that want it. */
  readonly targets: readonly string[];
  readonly losses: LossList;
  /** A timer starts it, again and again. */
  readonly hasTimer: boolean;
}

const CARRIED: readonly DeclaredKey[] = [
  ...["description", "env_file", "unset", "task", "depends_on", "ready", "restart"] as const,
  ...[
    "stop.signal",
    "stop.timeout",
    "stop.command",
    "autostart",
    "memory_limit",
    "groups",
  ] as const,
];

/** The unit of a job (systemd.service(5)). */
export function systemdService(job: ExportableJob, options: SystemdServiceOptions): string {
  const { project, targets, losses, hasTimer } = options;
  const ready = readyLines(job, losses);
  losses.addUnlessStopped(job);
  losses.addStrangeNames(job);
  losses.addRest(job, hasTimer ? [...CARRIED, "schedule"] : CARRIED);
  const lines = [
    `# Written by \`imp export systemd\` from ${project.file}, job ${job.name}.`,
    ...losses.commentsOf(job).map((line) => `# ${line}`),
    "[Unit]",
    `Description=${literalForSystemd(descriptionOf(job, project))}`,
    ...dependencyLines(job, options),
    ...startLimitLines(job),
    "",
    "[Service]",
    `Type=${job.task ? "oneshot" : "exec"}`,
    // What is active is not started again.
    ...job.task && !hasTimer ? ["RemainAfterExit=yes"] : [],
    `WorkingDirectory=${literalForSystemd(job.workdir)}`,
    ...environmentLines(job, project.path),
    `ExecStart=${commandLine(job, job.command)}`,
    ...ready,
    ...restartLines(job),
    ...job.stop.command ? [`ExecStop=${commandLine(job, job.stop.command)}`] : [],
    `KillSignal=${job.stop.signal ?? "SIGTERM"}`,
    `TimeoutStopSec=${toSpan(job.stop.timeout_ms ?? STOP_TIMEOUT_MS)}`,
    ...job.memory_limit_bytes === undefined ? [] : [`MemoryMax=${job.memory_limit_bytes}`],
    "",
    // A unit that nothing wants is started by its name alone.
    ...targets.length === 0 ? [] : ["[Install]", `WantedBy=${targets.join(" ")}`, ""],
  ];
  return lines.join("\n");
}

const STOP_TIMEOUT_MS = 10_000;

function descriptionOf({ name, description }: ExportableJob, project: ExportableProject): string {
  const text = (description ?? `${name} of ${project.name}`).replace(/\s+/g, " ").trim();
  // A backslash at the end of a line would take the next one for its own.
  return text.replace(/\\+$/, "");
}

/** What must be there is required, so that a job does not start where it failed; what is only to be started is wanted. */
function dependencyLines(job: ExportableJob, { unitOf, target }: SystemdServiceOptions): string[] {
  const units = (is: (edge: ExportableJob["depends_on"][number]) => boolean) =>
    job.depends_on.filter(is).map((edge) => unitOf(edge.job));
  const line = (key: string, names: readonly string[]) =>
    names.length === 0 ? [] : [`${key}=${names.join(" ")}`];
  return [
    ...line("Requires", units((edge) => edge.for !== "started")),
    ...line("Wants", units((edge) => edge.for === "started")),
    ...line("After", units(() => true)),
    ...line("PartOf", [target, ...units((edge) => edge.restart)]),
  ];
}

/** systemd gives up after five starts in ten seconds, where imp does after as many as are declared, or never. */
function startLimitLines({ restart }: ExportableJob): string[] {
  if (restart.mode === "no") return [];
  if (restart.max === undefined) return ["StartLimitIntervalSec=0"];
  return ["StartLimitIntervalSec=infinity", `StartLimitBurst=${restart.max + 1}`];
}

function restartLines({ restart }: ExportableJob): string[] {
  if (restart.mode === "no") return [];
  return [`Restart=${restart.mode === "on-failure" ? "on-failure" : "always"}`, "RestartSec=1"];
}

/** Files count more than lines, so what a job sets over a file is given by env(1): see {@linkcode commandLine}. */
function environmentLines(job: ExportableJob, path: string | undefined): string[] {
  const inFiles = namesInFiles(job);
  const hasPath = Object.hasOwn(job.env, "PATH") || inFiles.has("PATH") ||
    job.unset.includes("PATH");
  const own = Object.fromEntries(plainEnv(job));
  const lines = Object.entries({ ...!hasPath && path !== undefined && { PATH: path }, ...own })
    .filter(([name]) => !inFiles.has(name));
  return [
    ...lines.map(([name, value]) => `Environment=${quoteSystemdWord(`${name}=${value}`)}`),
    ...job.envFiles.map(({ path: file, required }) =>
      `EnvironmentFile=${required ? "" : "-"}${literalForSystemd(file)}`
    ),
    ...job.unset.map((name) => `UnsetEnvironment=${quoteSystemdWord(name)}`),
  ];
}

function namesInFiles({ envFiles }: ExportableJob): Set<string> {
  return new Set(envFiles.flatMap(({ variables }) => Object.keys(variables)));
}

const ENV = "/usr/bin/env";

/** Its colon keeps systemd from replacing $NAME. A program without a slash is looked for in the job's own PATH. */
function commandLine(job: ExportableJob, command: readonly string[]): string {
  const [program = "", ...words] = command;
  const inFiles = namesInFiles(job);
  const set = plainEnv(job).filter(([name]) => inFiles.has(name))
    .map(([name, value]) => `${name}=${value}`);
  const isSh = program === "sh" && set.length === 0;
  const found = isSh ? "/bin/sh" : program.includes("/") ? join(job.workdir, program) : program;
  const full = program.startsWith("/") ? program : found;
  // env(1) would take a name with `=` for an assignment.
  const start = full.includes("=") ? ["/bin/sh", "-c", 'exec "$0" "$@"', full] : [full];
  const isDirect = full.startsWith("/") && set.length === 0;
  return `:${
    [...isDirect ? [] : [ENV, ...set], ...start, ...words].map(quoteSystemdWord).join(" ")
  }`;
}

/** A unit is active, and what is after it goes on, when this has ended. */
function readyLines(job: ExportableJob, losses: LossList): string[] {
  const { ready } = job;
  if (!ready) return [];
  if (ready.delay_ms !== undefined) {
    return [`ExecStartPost=/bin/sleep ${toSeconds(ready.delay_ms)}`];
  }
  const text = probeText(ready, job.ports);
  if (text === undefined) {
    losses.add(job, "ready", `log: ${ready.log}; it is ready when it has started`);
    return [];
  }
  if (ready.retries > 1) losses.add(job, "ready", `retries: ${ready.retries}; one is enough`);
  const tried = `timeout ${toSeconds(ready.timeout_ms)} sh -c ${quoteShellWord(text)}`;
  const loop = `until ${tried}; do sleep ${toSeconds(ready.interval_ms)}; done`;
  return [
    `ExecStartPost=${commandLine(job, ["sh", "-c", loop])}`,
    `TimeoutStartSec=${toSpan(ready.within_ms)}`,
  ];
}

function toSeconds(ms: number): string {
  return String(ms / 1_000);
}

function toSpan(ms: number): string {
  return ms % 1_000 === 0 ? String(ms / 1_000) : `${ms}ms`;
}
