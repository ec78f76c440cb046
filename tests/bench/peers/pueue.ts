import type { ContenderKind } from "../contender.ts";
import { openPeer } from "./peer.ts";

/** pueue, a queue in Rust whose daemon writes each task's output to a file. */
export const pueue: ContenderKind = {
  name: "pueue",
  program: "pueue",
  open: (folder) =>
    openPeer(folder, "pueue", () => ({
      name: "pueue",
      boot: "(pueued --daemonize; until pueue parallel 0; do :; done) >/dev/null 2>\&1",
      ask: ["pueue", "group"],
      list: ["pueue", "status"],
      start: (count) =>
        `for i in $(seq 1000000 ${
          999_999 + count
        }); do pueue add --print-task-id "exec sleep $i"; done`,
      stop: "pueue kill --all; until pueue clean && ! pueue status | grep -q Running; do :; done",
      shutdown: "pueue shutdown",
      daemon: /pueued\b/,
    })),
};
