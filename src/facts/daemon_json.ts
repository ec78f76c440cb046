import * as z from "zod/mini";
import { toIsoTime } from "../base/clock.ts";
import type { BuildInfo } from "../base/version.ts";
import { writeFileAtomic } from "../platform/atomic_write.ts";
import type { ImpPaths } from "../platform/paths.ts";
import { formatFact, readFact, valueOf } from "./fact.ts";

const Path = z.string().check(z.startsWith("/"));

/** `daemon.json`: which daemon has this state, for clients without its surroundings, people and other tools. */
const DaemonJson = z.object({
  pid: z.int().check(z.gte(1)),
  socket: Path,
  version: z.string(),
  build: z.string(),
  started_at: z.string(),
  /** Since 0.2, as what follows. */
  runtime_dir: z.optional(Path),
  /** Null for a daemon that logs to where it was started. */
  log_path: z.optional(z.nullable(Path)),
});
export type DaemonJson = z.infer<typeof DaemonJson>;

/** What a daemon says of itself. */
export interface DaemonFacts {
  readonly pid: number;
  readonly build: BuildInfo;
  readonly startedAtMs: number;
  /** Undefined for one that logs to where it was started. */
  readonly logPath: string | undefined;
}

/** Says on disk which daemon runs here. */
export function writeDaemonJson(paths: ImpPaths, facts: DaemonFacts): void {
  const { pid, build, startedAtMs, logPath } = facts;
  const content: DaemonJson = {
    pid,
    socket: paths.socket,
    version: build.version,
    build: build.build,
    started_at: toIsoTime(startedAtMs),
    runtime_dir: paths.runtimeDir,
    log_path: logPath ?? null,
  };
  writeFileAtomic(paths.daemonJson, formatFact(content));
}

/** Which daemon runs here, or was killed here last; undefined when there is nothing sound to read. */
export function readDaemonJson(paths: Pick<ImpPaths, "daemonJson">): DaemonJson | undefined {
  const facts = valueOf(readFact(paths.daemonJson, DaemonJson));
  if (facts === undefined || facts.runtime_dir !== undefined) return facts;
  // Before 0.2 it could be told by the socket alone, unless its path was too long for where it belongs.
  const runtimeDir = /^(\/.+)\/daemon\.sock$/.exec(facts.socket)?.[1];
  return runtimeDir === undefined ? facts : { ...facts, runtime_dir: runtimeDir };
}
