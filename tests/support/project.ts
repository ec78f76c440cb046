/** A project's file as a client that has read it hands it over; for tests of daemons. */
import type { ApplyPayload, ProjectJob } from "../../src/protocol/project.ts";
import type { ApplyReply } from "../../src/protocol/reply.ts";
import type { Box } from "./box.ts";
import { shakeHands } from "../faults/guard_world.ts";

/** A job of a file, with a digest of its command; it is ready as soon as it runs. */
export function toProjectJob(name: string, change: Partial<ProjectJob> = {}): ProjectJob {
  const { restart_digests, live_digests, ...rest } = change;
  return {
    name,
    command: [name],
    workdir: "/project",
    ready: { kind: "delay", ms: 0 },
    restart_digests: { command: name, ...restart_digests },
    live_digests: { ...live_digests },
    ...rest,
  };
}

/** A whole project, of which all is wanted up. */
export function toApply(jobs: ProjectJob[], change: Partial<ApplyPayload> = {}): ApplyPayload {
  return {
    file: "/project/imp.yaml",
    digest: "d",
    env: { HOME: "/home/ann" },
    umask: 0o022,
    jobs,
    up: jobs.map(({ name }) => name),
    ...change,
  };
}

/** A job of a file of the box that runs a script. */
export function toScript(box: Box, name: string, script: string, change: Partial<ProjectJob> = {}) {
  return toProjectJob(name, { command: ["sh", "-c", script], workdir: box.project, ...change });
}

/** Hands a project to the daemon of a box that is up. @throws Error what the daemon says; PeerGone when it dies */
export async function applyIn(box: Box, jobs: ProjectJob[]): Promise<ApplyReply> {
  const env = { PATH: Deno.env.get("PATH")! };
  return await askIn(box, "apply", toApply(jobs, { env })) as ApplyReply;
}

/** Stops all jobs of a box in order, by one daemon alone. @throws as {@linkcode applyIn} */
export async function stopIn(box: Box): Promise<void> {
  await askIn(box, "stop", { all: true, in_order: true });
}

async function askIn(box: Box, type: string, payload: unknown): Promise<unknown> {
  const peer = await shakeHands(box);
  try {
    await peer.send({ id: 1, type, payload });
    const reply = await peer.next();
    if (!reply.ok) throw new Error(JSON.stringify(reply));
    return reply.data;
  } finally {
    peer.close();
  }
}
