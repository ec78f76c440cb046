import { formatDuration } from "../../base/duration.ts";
import { escapeControl } from "../../base/terminal_text.ts";
import { formatRestartPolicy } from "../../protocol/restart_policy.ts";
import type { ExportableJob } from "./exportable.ts";
import type { Loss } from "./exported.ts";
import { plainEnv } from "./plain_env.ts";

type Describe = (job: ExportableJob) => string | false | undefined;

/** What a job may declare beside its command, directory and environment, which every tool has: what it says, or nothing. */
const DECLARED = {
  description: ({ description }) => description,
  env_file: ({ envFiles }) => envFiles.map(({ path }) => path).join(", "),
  unset: ({ unset }) => unset.length > 0 && `${unset.join(", ")}; it is not taken away`,
  task: ({ task }) => task && "it runs to its end",
  inputs: ({ inputs }) => inputs.join(", "),
  confirm: ({ confirm }) => confirm && "it is started without being asked for",
  depends_on: ({ depends_on }) => depends_on.map(({ job }) => job).join(", "),
  ready: ({ ready }) => ready && describeProbe(ready),
  health: ({ health }) => health && describeProbe(health),
  ports: ({ ports }) =>
    ports.filter(({ isFound }) => isFound)
      .map(({ name, number }) => `${name} is always ${number}`).join(", "),
  restart: ({ restart }) => restart.mode !== "no" && formatRestartPolicy(restart),
  "stop.signal": ({ stop }) => stop.signal,
  "stop.timeout": ({ stop }) => stop.timeout_ms !== undefined && formatDuration(stop.timeout_ms),
  "stop.command": ({ stop }) => stop.command?.join(" "),
  autostart: ({ autostart }) => !autostart && "it is started with the others",
  watch: ({ watch }) => watch?.paths.join(", "),
  memory_limit: ({ memory_limit_bytes: bytes }) =>
    bytes !== undefined && `${Math.round(bytes / 2 ** 20)} MiB`,
  schedule: ({ schedule }) =>
    schedule && (schedule.cron ?? `every ${formatDuration(schedule.every_ms ?? 0)}`),
  groups: ({ groups }) => groups.join(", "),
  stdin: ({ stdin }) => stdin && "it has none",
  tty: ({ tty }) => tty && "it has none",
  log_max_bytes: ({ log_max_bytes: bytes }) => bytes !== undefined && String(bytes),
  runs_kept: ({ runs_kept }) => runs_kept !== undefined && String(runs_kept),
} as const satisfies Record<string, Describe>;

/** A key that not every tool has a word for. */
export type DeclaredKey = keyof typeof DECLARED;

/** All of them, so that a test finds one that is forgotten. */
export const DECLARED_KEYS = Object.keys(DECLARED) as readonly DeclaredKey[];

/** Gathers what is lost on the way. */
export class LossList {
  readonly #losses: Loss[] = [];

  get all(): readonly Loss[] {
    return this.#losses;
  }

  /** Something of a key is lost. */
  add(job: ExportableJob, key: DeclaredKey | "env", why: string): void {
    this.#losses.push({ job: job.name, what: oneLine(`${key === "unset" ? "env" : key}: ${why}`) });
  }

  /** Tells everything that a job declares and that is not carried over by one of these keys. */
  addRest(job: ExportableJob, carried: readonly DeclaredKey[]): void {
    for (const key of DECLARED_KEYS) {
      const what = !carried.includes(key) && (DECLARED[key] as Describe)(job);
      if (what) this.add(job, key, what);
    }
    this.#addEnvFiles(job, carried);
  }

  /** For a tool that starts again at its own start what was stopped by hand. */
  addUnlessStopped(job: ExportableJob): void {
    if (job.restart.mode !== "unless-stopped") return;
    this.add(job, "restart", "unless-stopped; always in its place");
  }

  /** For a tool that has no variables of such names. */
  addStrangeNames(job: ExportableJob): void {
    const plain = new Set(plainEnv(job).map(([name]) => name));
    for (const name of Object.keys(job.env)) {
      if (!plain.has(name)) this.add(job, "env", `${name}; it has no variables of such a name`);
    }
  }

  /** The comments of a job, without their `#`. */
  commentsOf(job: ExportableJob): string[] {
    return this.#losses.filter((loss) => loss.job === job.name)
      .map(({ what }) => `not carried over: ${what}`);
  }

  #addEnvFiles(job: ExportableJob, carried: readonly DeclaredKey[]): void {
    if (!carried.includes("env_file")) return;
    for (const { path, isPlain } of job.envFiles) {
      if (isPlain) continue;
      this.add(
        job,
        "env_file",
        `${path} has quotes, dollars or remarks, which may be read otherwise`,
      );
    }
  }
}

const LONGEST_LOSS = 200;

function oneLine(text: string): string {
  const line = escapeControl(text.replace(/\s+/g, " "), { allowColor: false });
  return line.length <= LONGEST_LOSS ? line : `${line.slice(0, LONGEST_LOSS)}…`;
}

function describeProbe(probe: NonNullable<ExportableJob["ready"]>): string;
function describeProbe(probe: NonNullable<ExportableJob["health"]>): string;
function describeProbe(probe: NonNullable<ExportableJob["ready" | "health"]>): string {
  const { http, tcp, command, ports, log, delay_ms } = probe;
  if (delay_ms !== undefined) return formatDuration(delay_ms);
  return http ?? tcp ?? command?.at(-1) ?? log ?? (ports ? "ports" : "");
}
