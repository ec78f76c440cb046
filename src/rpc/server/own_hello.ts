import type { BuildInfo } from "../../base/version.ts";
import type { Hello } from "../../protocol/hello.ts";

/** What a daemon says of itself. */
export interface OwnHello {
  readonly build: BuildInfo;
  readonly daemonId: string;
  readonly pid: number;
  readonly capabilities: readonly string[];
  readonly stateDir?: string | undefined;
}

/** The daemon's first frame. */
export function ownHello({ build, daemonId, pid, capabilities, stateDir }: OwnHello): Hello {
  return {
    type: "hello",
    ...build,
    daemon_id: daemonId,
    pid,
    capabilities: [...capabilities],
    ...(stateDir === undefined ? {} : { state_dir: stateDir }),
  };
}
