import type { ContenderKind } from "../contender.ts";
import { jobNumberIn } from "../contender.ts";
import { openPeer } from "./peer.ts";

/** As `pitchfork list --json` prints it. */
interface PitchforkDaemon {
  readonly name: string;
  readonly pid: number | null;
  readonly status: string;
  readonly error: string | null;
}

/** pitchfork, a supervisor in Rust whose jobs are declared in a file. */
export const pitchfork: ContenderKind = {
  name: "pitchfork",
  program: "pitchfork",
  open: (folder) =>
    openPeer(folder, "pitchfork", (box) => ({
      name: "pitchfork",
      boot: "pitchfork supervisor start >/dev/null 2>&1",
      // One that takes up old jobs says that it has started long before it listens.
      revive:
        "pitchfork supervisor start >/dev/null 2>&1; until pitchfork list; do :; done >/dev/null 2>&1",
      ask: ["pitchfork", "supervisor", "status"],
      list: ["pitchfork", "list"],
      tellJobs: "pitchfork list --json",
      parseJobs: (text) =>
        (JSON.parse(text) as PitchforkDaemon[]).map(({ name, pid, status, error }) => {
          const code = /exit code (-?\d+)/.exec(error ?? "")?.[1];
          return {
            number: jobNumberIn(name),
            isUp: status === "running",
            pid: pid ?? undefined,
            exitCode: code === undefined ? undefined : Number(code),
          };
        }),
      async start(jobs) {
        const daemons = jobs.map(({ name, command }) =>
          `[daemons.${name}]\nrun = "exec ${command.join(" ")}"\nready_delay = 0\n`
        );
        await box.file("project/pitchfork.toml", daemons.join(""));
        return "pitchfork start --all >/dev/null 2>&1";
      },
      stop: "pitchfork stop --all",
      daemon: /pitchfork supervisor run\b/,
    })),
};
