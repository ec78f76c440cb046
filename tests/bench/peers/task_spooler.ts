import type { ContenderKind } from "../contender.ts";
import { jobNumberIn } from "../contender.ts";
import { openPeer } from "./peer.ts";

/** task-spooler, a queue in C; it tells no pids in its list. */
export const taskSpooler: ContenderKind = {
  name: "task-spooler",
  program: "tsp",
  open: (folder) =>
    openPeer(folder, "tsp", (box) => ({
      name: "task-spooler",
      env: { TS_SOCKET: `${box.root}/tmp/tsp`, TS_MAXFINISHED: "10000", TS_MAXCONN: "5000" },
      boot: "tsp -S 1000",
      ask: ["tsp", "-S"],
      list: ["tsp", "-l"],
      tellJobs: "tsp -l",
      parseJobs: (text) =>
        text.split("\n").filter((line) => /^\d/.test(line)).map((line) => {
          const isUp = / running /.test(line);
          const code = /^\d+ +finished +\S+ +(\d+) /.exec(line)?.[1];
          return {
            number: jobNumberIn(line),
            isUp,
            exitCode: code === undefined ? undefined : Number(code),
          };
        }),
      async start(jobs) {
        const lines = jobs.map(({ command }) => `tsp ${command.join(" ")}\n`);
        await box.file("project/jobs.sh", lines.join(""));
        return "exec sh -e jobs.sh";
      },
      stop: "for i in $(tsp -l | awk '$2 == \"running\" { print $1 }'); do tsp -k $i; done; tsp -C",
      daemon: /^tsp -S 1000$/,
    })),
};
