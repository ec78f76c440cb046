import { shortDigest } from "../../base/short_digest.ts";
import type { JobRecord, StartedAs } from "../../store/store.ts";

/** An environment never changes: a job that is started again and again is digested once. */
const known = new WeakMap<object, Record<string, string>>();

/**
 * What a run of this job is started as now, as digests: of each part of the definition that a command can notice, by
 * the name that `imp set` or the project's file has for it, and of each variable by its name. Never a value.
 */
export function startedAs(job: JobRecord): StartedAs {
  const { command, workdir, umask, surroundings, stdin, tty, ports, portNumbers } = job;
  const numbers = Object.entries(portNumbers ?? {}).map(([name, { port }]) => [name, port]);
  const values: Record<string, unknown> = {
    command,
    cwd: workdir,
    umask,
    limits: surroundings,
    stdin,
    tty,
    ports: ports === null ? null : [ports, numbers],
    memory_limit: job.memoryLimitBytes,
    ready: job.ready,
    inputs: job.project?.inputs ?? null,
  };
  const parts = Object.entries(values).map(([name, value]) =>
    [name, shortDigest(JSON.stringify(value))] as const
  );
  return { parts: Object.fromEntries(parts), env: digestsOf(job.env) };
}

function digestsOf(env: Readonly<Record<string, string>>): Record<string, string> {
  const found = known.get(env);
  if (found !== undefined) return found;
  const entries = Object.entries(env).map(([name, value]) => [name, shortDigest(value)] as const);
  const digests = Object.fromEntries(entries);
  known.set(env, digests);
  return digests;
}
