import { portVariableNames } from "../../base/ports.ts";
import type { ExportableJob, ExportableProject } from "./exportable.ts";
import type { Exported } from "./exported.ts";
import { LossList } from "./losses.ts";
import { pathFrom } from "./path_from.ts";
import { isPlainName, plainEnv } from "./plain_env.ts";
import { safeNames } from "./safe_names.ts";
import { quoteShellWord, toShellText } from "./shell_text.ts";
import { startedJobs } from "./started_jobs.ts";

/** By this name it is run before a release, and by nothing else. */
const RELEASE = "release";
/** What foreman and the others give to the first line as PORT, and how much more to each that follows. */
const FIRST_PORT = 5_000;
const PORT_STEP = 100;

/**
 * A Procfile, as foreman, overmind and hivemind read it. All of its lines run at once, and all end when one does: so jobs
 * that end, and those that do not start by themselves, stand in it as remarks.
 */
export function exportProcfile(project: ExportableProject): Exported {
  const losses = new LossList();
  const started = startedJobs(project.jobs);
  const names = safeNames(project.jobs, (name) => name.replace(/[^A-Za-z0-9_-]/g, "-"));
  let count = 0;
  const lines = project.jobs.flatMap((job) => {
    const isRelease = job.task && job.name === RELEASE;
    const isLine = isRelease || (!job.task && started.has(job.name));
    const port = isLine ? FIRST_PORT + PORT_STEP * count++ : undefined;
    const hasPort = job.ports.length === 1 && job.ports[0]!.number === port;
    const line = `${names.get(job.name)}: ${lineOf(job, { project, hasPort })}`;
    tellLosses(job, { isLine, hasPort, project, losses });
    const remarks = losses.commentsOf(job).map((remark) => `# ${job.name}: ${remark}`);
    return [...remarks, isLine ? line : `# ${line}`];
  });
  const head = `# Written by \`imp export procfile\` from ${project.file}.`;
  return {
    files: [{ name: "Procfile", text: `${[head, ...lines].join("\n")}\n` }],
    losses: losses.all,
  };
}

interface LineOptions {
  readonly project: ExportableProject;
  /** Its port is what it is given by its place. */
  readonly hasPort: boolean;
}

/** One line, whatever is in it. */
function lineOf(job: ExportableJob, { project, hasPort }: LineOptions): string {
  const text = toShellText(job.command);
  const given = hasPort
    ? portNames(job).filter((name) => name === "PORT" || !text.includes(name))
    : [];
  const env = plainEnv(job).filter(([name]) => !given.includes(name));
  const unset = job.unset.filter(isPlainName);
  const cwd = pathFrom(project.dir, job.workdir);
  const steps = [
    ...unset.length > 0 ? [`unset ${unset.join(" ")}`] : [],
    ...env.length > 0 ? [`export ${env.map(assignment).join(" ")}`] : [],
    ...cwd !== "." ? [`cd ${quoteShellWord(cwd)}`] : [],
  ];
  if (steps.length === 0 && !/[\r\n]/.test(text)) return text.trim();
  const command = isSimple(text) ? text.trim() : `exec sh -c ${quoteShellWord(text)}`;
  return inOneLine([...steps, command].join(" && "));
}

/** The variables that tell a job the number of its only port. */
function portNames({ ports, env }: ExportableJob): string[] {
  const number = String(ports[0]!.number);
  return portVariableNames({ [ports[0]!.name]: 0 }).filter((name) => env[name] === number);
}

function assignment([name, value]: [string, string]): string {
  return `${name}=${quoteShellWord(value)}`;
}

/** What is one command, and may stand behind others. */
function isSimple(text: string): boolean {
  return !/[\r\n;&|#<>()`]|^\s*[!{]/.test(text);
}

/** Text of several lines, which a Procfile has no place for: printf(1) puts it together again. */
function inOneLine(text: string): string {
  if (!/[\r\n]/.test(text)) return text;
  const escaped = text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\r", "\\r");
  return `eval "$(printf '%b' ${quoteShellWord(escaped)})"`;
}

function tellLosses(
  job: ExportableJob,
  { isLine, hasPort, project, losses }: LineOptions & { isLine: boolean; losses: LossList },
): void {
  const isRelease = isLine && job.task;
  if (!isLine && job.task) losses.add(job, "task", "it ends, and is a remark here");
  if (!isLine && !job.task) {
    losses.add(job, "autostart", "it does not start by itself, and is a remark here");
  }
  for (const { path } of job.envFiles) {
    // It is read by itself.
    if (path !== `${project.dir}/.env`) losses.add(job, "env_file", path);
  }
  losses.addStrangeNames(job);
  losses.addRest(job, [
    ...["env_file", "unset", "autostart"] as const,
    ...isRelease || !isLine ? ["task" as const] : [],
    ...hasPort ? ["ports" as const] : [],
  ]);
}
