import { toIsoTime } from "../base/clock.ts";
import type { BuildInfo } from "../base/version.ts";
import { writeFileAtomic } from "../platform/atomic_write.ts";
import type { ImpPaths } from "../platform/paths.ts";

/** Says on disk, for people and other tools, which daemon runs here. */
export function writeDaemonJson(
  paths: ImpPaths,
  { pid, build, startedAtMs }: { pid: number; build: BuildInfo; startedAtMs: number },
): void {
  const facts = {
    pid,
    socket: paths.socket,
    version: build.version,
    build: build.build,
    started_at: toIsoTime(startedAtMs),
  };
  writeFileAtomic(paths.daemonJson, JSON.stringify(facts) + "\n");
}
