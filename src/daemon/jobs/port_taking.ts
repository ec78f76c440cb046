import { parseRunId } from "../../base/ids.ts";
import { pickPort } from "../../base/pick_port.ts";
import type { FoundPort, JobRecord } from "../../store/store.ts";
import type { PortHolder } from "../runs/run_host.ts";
import type { JobContext } from "./job_context.ts";
import { portNumbersOf } from "./job_ports.ts";
import { findConflict, type PortConflict, toPortError } from "./port_conflict.ts";

/** What ports are found for. */
type PortsContext = Pick<
  JobContext,
  "host" | "store" | "left" | "logger" | "daemonId" | "portUsers"
>;

/** A job, or one that is about to be made. */
export type PortsOwner =
  & Pick<JobRecord, "ports" | "portNumbers" | "name">
  & { readonly id?: string | undefined };

/** A job that starts. */
type StartingOwner = PortsOwner & { readonly id: string } & Partial<Pick<JobRecord, "restarts">>;

/**
 * Looks whether a job could have its ports, before anything is done for it: what it holds itself, and what its earlier
 * runs have left, is ended before it starts.
 * @throws AppError `job.port_taken`
 */
export function expectPortsFree(context: PortsContext, job: PortsOwner): void {
  const { id: jobId } = job;
  const isOwn = ({ pid, run }: PortHolder) => {
    if (jobId === undefined || pid === null) return false;
    const isOfRun = run?.stateDir === context.host.stateDir &&
      parseRunId(run.runId)?.jobId === jobId;
    return isOfRun || context.left.of(jobId).some(({ identity }) => identity.pid === pid);
  };
  expectFixedFree(context, { job, isOwn });
}

function expectFixedFree(
  context: PortsContext,
  { job, isOwn }: { job: PortsOwner; isOwn: (holder: PortHolder) => boolean },
): void {
  for (const [name, port] of Object.entries(job.ports ?? {})) {
    if (typeof port !== "number") continue;
    const conflict = findConflict(context, { jobId: job.id, port, isOwn });
    if (conflict !== undefined) throw toPortError(conflict, { context, job, name });
  }
}

/**
 * The numbers of a job's `auto` ports for a start now, in place of those that it has; undefined when they are as they
 * were. Each keeps the number that it had unless somebody else holds that, or a preferred one is free by now; a start
 * by the restart policy, which nobody has asked for, moves none for that.
 * @throws AppError `job.port_taken` for one that has to be what it is, `job.no_free_port`
 */
export function takePorts(
  context: PortsContext,
  job: StartingOwner,
): Record<string, FoundPort> | undefined {
  const { ports } = job;
  if (ports === null) return undefined;
  expectFixedFree(context, { job, isOwn: () => false });
  const taken = new Set(Object.values(ports).filter((wish) => typeof wish === "number"));
  const found: Record<string, FoundPort> = {};
  for (const [name, wish] of Object.entries(ports)) {
    if (typeof wish === "number") continue;
    const port = findPort(context, { job, name, taken });
    taken.add(port.port);
    found[name] = port;
  }
  const before = JSON.stringify(job.portNumbers ?? {});
  return JSON.stringify(found) === before ? undefined : found;
}

interface Search {
  readonly job: StartingOwner;
  readonly name: string;
  /** By other ports of the job. */
  readonly taken: ReadonlySet<number>;
}

function findPort(context: PortsContext, { job, name, taken }: Search): FoundPort {
  const { logger } = context;
  const preferred = job.restarts === 0 ? findPreferred(context, { job, name, taken }) : undefined;
  if (preferred !== undefined) return preferred;
  const before = job.portNumbers?.[name]?.port;
  if (before !== undefined && !taken.has(before)) {
    const conflict = conflictAt(context, { jobId: job.id, port: before });
    if (conflict === undefined) return { port: before, ...missedBy(job, name) };
    const why = conflict === "in use"
      ? conflict
      : toPortError(conflict, { context, job, name }).message;
    logger.warn("A port of a job is taken, and it gets another", { job: job.id, port: name, why });
    return {
      ...findNew(context, { job, name, taken: taken.union(new Set([before])) }),
      movedFrom: before,
    };
  }
  return findNew(context, { job, name, taken });
}

function findNew(context: PortsContext, search: Search): FoundPort {
  const { job, name } = search;
  const seed = [context.daemonId, job.name ?? job.id, name].join("\0");
  const preferred = findPreferred(context, search);
  if (preferred !== undefined) return preferred;
  return { port: pickPort(seed, freePorts(context, search)), ...missedBy(job, name) };
}

/** The preferred number that a port would have if others did not hold it, at a start that looks for it. */
function missedBy({ ports, restarts = 0 }: StartingOwner, name: string) {
  const wish = ports?.[name];
  return typeof wish === "object" && restarts === 0 ? { movedFrom: wish.prefer } : {};
}

/** The number that a port is to have if it is free; undefined where it is not, or none is preferred. */
function findPreferred(context: PortsContext, search: Search): FoundPort | undefined {
  const wish = search.job.ports?.[search.name];
  if (typeof wish !== "object" || !freePorts(context, search)(wish.prefer)) return undefined;
  return { port: wish.prefer };
}

function freePorts({ host, portUsers }: PortsContext, { job, taken }: Search) {
  return (port: number): boolean =>
    !taken.has(port) && portUsers(port).every(({ id }) => id === job.id) && host.isPortFree(port);
}

/** The number of an `auto` port of a job that has none yet. @throws AppError `job.no_free_port` */
export function findFirstNumber(
  context: PortsContext,
  { job, name }: Pick<Search, "job" | "name">,
): FoundPort {
  return findNew(context, { job, name, taken: new Set(Object.values(portNumbersOf(job))) });
}

function conflictAt(
  context: PortsContext,
  { jobId, port }: { jobId: string; port: number },
): PortConflict | "in use" | undefined {
  const conflict = findConflict(context, { jobId, port, isOwn: () => false });
  return conflict ?? (context.host.isPortFree(port) ? undefined : "in use");
}
