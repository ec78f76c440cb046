import type { ContenderKind } from "../contender.ts";
import { jobNumberIn } from "../contender.ts";
import { openPeer } from "./peer.ts";

/** pitchfork, a supervisor in Rust whose jobs are declared in a file. */
export const pitchfork: ContenderKind = {
  name: "pitchfork",
  program: "pitchfork",
  open: (folder) =>
    openPeer(folder, "pitchfork", (box) => ({
      name: "pitchfork",
      boot: "pitchfork supervisor start >/dev/null 2>&1",
      ask: ["pitchfork", "supervisor", "status"],
      list: ["pitchfork", "list"],
      tellJobs: "pitchfork list",
      // name, pid, status, error
      parseJobs: (text) =>
        text.split("\n").filter((line) => /\bj1\d{6}\b/.test(line)).map((line) => ({
          number: jobNumberIn(line),
          isUp: /\brunning\b/.test(line),
          pid: Number(/\s(\d+)\s/.exec(line.replace(/\S*j1\d{6}/, ""))?.[1]) || undefined,
          exitCode: Number(/exit code:? (-?\d+)/.exec(line)?.[1] ?? NaN),
        })),
      async start(jobs) {
        const daemons = jobs.map(({ name, command }) =>
          `[daemons.${name}]\nrun = "exec ${command.join(" ")}"\nready_delay = 0\n`
        );
        await box.file("project/pitchfork.toml", daemons.join(""));
        return "pitchfork start --all >/dev/null 2>&1";
      },
      stop: "pitchfork stop --all",
      shutdown: "pitchfork supervisor stop",
      daemon: /pitchfork supervisor run\b/,
    })),
};
