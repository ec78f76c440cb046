import type { ContenderKind } from "../contender.ts";
import { jobNumberIn } from "../contender.ts";
import { openPeer } from "./peer.ts";

/** As `pueue status --json` prints it. */
interface PueueTask {
  readonly command: string;
  readonly status: {
    readonly Running?: unknown;
    readonly Done?: { readonly result: string | { readonly Failed?: number } };
  };
}

/** pueue, a queue in Rust whose daemon writes each task's output to a file; it tells no pids. */
export const pueue: ContenderKind = {
  name: "pueue",
  program: "pueue",
  open: (folder) =>
    openPeer(folder, "pueue", (box) => ({
      name: "pueue",
      boot: "(pueued --daemonize; until pueue parallel 0; do :; done) >/dev/null 2>&1",
      ask: ["pueue", "group"],
      list: ["pueue", "status"],
      tellJobs: "pueue status --json",
      parseJobs: (text) =>
        Object.values((JSON.parse(text) as { tasks: Record<string, PueueTask> }).tasks).map(
          ({ command, status }) => {
            const result = status.Done?.result;
            return {
              number: jobNumberIn(command),
              isUp: status.Running !== undefined,
              exitCode: typeof result === "object" ? result.Failed : undefined,
            };
          },
        ),
      async start(jobs) {
        const lines = jobs.map(({ command }) =>
          `pueue add --print-task-id "exec ${command.join(" ")}"\n`
        );
        await box.file("project/jobs.sh", lines.join(""));
        return "exec sh -e jobs.sh";
      },
      // Killing everything pauses the group.
      stop: `pueue kill --all
        until pueue clean && ! pueue status | grep -q Running; do :; done; pueue start`,
      daemon: /pueued\b/,
    })),
};
