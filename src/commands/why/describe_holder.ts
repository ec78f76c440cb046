import { escapeLabel } from "../../base/terminal_text.ts";
import { callJob, nameJob } from "../output/job_text.ts";
import type { Cause } from "./cause.ts";
import type { HeldPort, WhyFacts } from "./why_facts.ts";

/** Who has a port now, and how to get it back: the rest of `port 3000 is taken`. */
export function describeHolder(
  facts: Pick<WhyFacts, "holders" | "jobs" | "job" | "daemonId">,
  port: number,
): Omit<Cause, "reason"> {
  const holder = facts.holders.find((each) => each.port === port);
  if (holder === undefined) {
    return {
      message: "nobody listens on it now, so whoever did has gone",
      hint: `imp start ${callJob(facts.job)}`,
    };
  }
  const who = holder.pid === null
    ? `a process of user ${escapeLabel(holder.user)}`
    : `pid ${holder.pid} (${escapeLabel(holder.command ?? "?")})`;
  const { whose, hint } = ownerOf(holder, facts);
  return { message: `${who}${whose} listens on it`, hint };
}

function ownerOf(
  { pid, jobId, daemonId }: HeldPort,
  { jobs, job, daemonId: ours }: Pick<WhyFacts, "jobs" | "job" | "daemonId">,
): { whose: string; hint: string | undefined } {
  if (daemonId === null) return { whose: "", hint: pid === null ? undefined : `kill ${pid}` };
  if (daemonId !== ours) {
    const stop = jobId === null ? undefined : `imp --daemon-id ${daemonId} stop ${jobId}`;
    return { whose: ` of ${jobId ?? "exec"} of daemon ${daemonId}`, hint: stop };
  }
  if (jobId === job.id) {
    return { whose: ", which an earlier run has left,", hint: `imp stop ${callJob(job)}` };
  }
  const owner = jobs.find(({ id }) => id === jobId);
  if (owner === undefined) return { whose: " of imp exec", hint: undefined };
  return { whose: ` of job ${nameJob(owner)}`, hint: `imp stop ${callJob(owner)}` };
}

/**
 * The port that a program wanted and did not name: the one that it declares, or has in its command, and that somebody
 * else has; undefined where there is none, or more than one.
 */
export function guessPort(
  { job, jobs, holders }: Pick<WhyFacts, "job" | "jobs" | "holders">,
): number | undefined {
  const declared = job.ports_declared?.flatMap(({ port }) => port ?? []) ?? [];
  const typed = job.command.flatMap((word) => word.match(/(?<![\w.])\d{2,5}(?![\w.])/g) ?? []);
  const ofOthers = job.command.flatMap((word) => [...word.matchAll(PORT_OF_JOB)])
    .flatMap(([, name, port]) => {
      const other = jobs.find((each) => each.name === name);
      return other?.ports_declared?.find((each) => each.name === port)?.port ?? [];
    });
  const wanted = new Set([...declared, ...typed.map(Number), ...ofOthers]);
  const taken = [...wanted].filter((port) => holders.some((holder) => holder.port === port));
  return taken.length === 1 ? taken[0] : undefined;
}

/** A port of another job, as a project's file names it. */
const PORT_OF_JOB = /\$\{jobs\.([^{}]+)\.ports\.(\w+)\}/g;

/** The job that declares a port, or listens on it, and is not the one in question. */
export function findServer({ jobs, job }: Pick<WhyFacts, "jobs" | "job">, port: number) {
  return jobs.find((each) =>
    each.id !== job.id &&
    (each.ports.includes(port) || each.ports_declared?.some((declared) => declared.port === port))
  );
}
