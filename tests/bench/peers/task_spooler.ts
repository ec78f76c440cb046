import type { ContenderKind } from "../contender.ts";
import { openPeer } from "./peer.ts";

/** task-spooler, a queue in C. */
export const taskSpooler: ContenderKind = {
  name: "task-spooler",
  program: "tsp",
  open: (folder) =>
    openPeer(folder, "tsp", (box) => ({
      name: "task-spooler",
      env: { TS_SOCKET: `${box.root}/tmp/tsp`, TS_MAXFINISHED: "10000" },
      boot: "tsp -S 1000",
      ask: ["tsp", "-S"],
      list: ["tsp", "-l"],
      start: (count) => `for i in $(seq 1000000 ${999_999 + count}); do tsp -n sleep $i; done`,
      stop: "for i in $(tsp -l | awk '$2 == \"running\" { print $1 }'); do tsp -k $i; done; tsp -C",
      shutdown: "tsp -K",
      daemon: /^tsp -S/,
    })),
};
