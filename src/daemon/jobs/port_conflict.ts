import { AppError } from "../../base/app_error.ts";
import { parseRunId } from "../../base/ids.ts";
import type { JobRecord } from "../../store/store.ts";
import type { PortHolder } from "../runs/run_host.ts";
import type { JobContext, PortUser } from "./job_context.ts";

/** What stands in the way of a job that is to have a port. */
export type PortConflict =
  | { readonly port: number; readonly holder: PortHolder }
  /** It is up, and may not listen yet. */
  | { readonly port: number; readonly user: PortUser };

/** Whose a port is that a job is to have; undefined when it is free. `isOwn`: what the start itself sees to. */
export function findConflict(
  context: Pick<JobContext, "host" | "portUsers">,
  { jobId, port, isOwn }: {
    readonly jobId: string | undefined;
    readonly port: number;
    readonly isOwn: (holder: PortHolder) => boolean;
  },
): PortConflict | undefined {
  const holder = context.host.findPortHolders(port).find((each) => !isOwn(each));
  if (holder !== undefined) return { port, holder };
  const user = context.portUsers(port).find(({ id, isUp }) => isUp && id !== jobId);
  return user && { port, user };
}

/** What is said of it, and what to do. */
export function toPortError(
  conflict: PortConflict,
  { context, job, name }: {
    readonly context: Pick<JobContext, "store" | "host">;
    readonly job: Pick<JobRecord, "name"> & { readonly id?: string | undefined };
    /** What the port is called. */
    readonly name: string;
  },
): AppError {
  const { port } = conflict;
  const flag = `--port ${name}=auto`;
  const other = job.id === undefined
    ? `give the job another port: ${flag} finds a free one`
    : `give the job another port: imp set ${job.name ?? job.id} ${flag} finds a free one`;
  if ("user" in conflict) {
    const call = conflict.user.name ?? conflict.user.id;
    return new AppError(
      "job.port_taken",
      `Port ${port} is declared by job ${nameJob(conflict.user)}, which is up`,
      { hint: `Stop that (imp stop ${call}), or ${other}` },
    );
  }
  const { holder } = conflict;
  const who = holder.pid === null
    ? `a process of user ${holder.user}`
    : `pid ${holder.pid} (${holder.command})`;
  const { whose, remedy } = describeOwner(holder, { context, jobId: job.id });
  return new AppError("job.port_taken", `Port ${port} is held by ${who}, ${whose}`, {
    hint: `${remedy}, or ${other}`,
  });
}

function describeOwner(
  { pid, run }: PortHolder,
  { context: { store, host }, jobId }: {
    context: Pick<JobContext, "store" | "host">;
    jobId: string | undefined;
  },
): { whose: string; remedy: string } {
  if (run === undefined) {
    const whose = "which is no job of imp";
    return { whose, remedy: pid === null ? "End that" : `End that (kill ${pid})` };
  }
  const { stateDir, runId } = run;
  const id = parseRunId(runId)?.jobId;
  const isOurs = stateDir === host.stateDir;
  const daemon = isOurs ? "" : ` of daemon ${stateDir.slice(stateDir.lastIndexOf("/") + 1)}`;
  if (id === undefined) return { whose: `a command of imp exec${daemon}`, remedy: "End that" };
  if (isOurs && id === jobId) {
    return { whose: "which an earlier run has left", remedy: `End that (imp stop ${id})` };
  }
  const name = isOurs ? store.jobs.get(id)?.name ?? null : null;
  const flag = isOurs ? "" : ` --daemon-id ${daemon.slice(" of daemon ".length)}`;
  return {
    whose: `job ${nameJob({ id, name })}${daemon}`,
    remedy: `Stop that (imp stop ${name ?? id}${flag})`,
  };
}

function nameJob({ id, name }: { id: string; name: string | null }): string {
  return name === null ? id : `${id} (${name})`;
}
