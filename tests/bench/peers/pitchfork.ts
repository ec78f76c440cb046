import type { ContenderKind } from "../contender.ts";
import { openPeer } from "./peer.ts";

/** pitchfork, a supervisor in Rust whose jobs are declared in a file. */
export const pitchfork: ContenderKind = {
  name: "pitchfork",
  program: "pitchfork",
  open: (folder) =>
    openPeer(folder, "pitchfork", () => ({
      name: "pitchfork",
      boot: "pitchfork supervisor start >/dev/null 2>&1",
      ask: ["pitchfork", "supervisor", "status"],
      list: ["pitchfork", "list"],
      start: (count) =>
        `seq 1000000 ${999_999 + count} |
          awk '{ printf "[daemons.j%s]\\nrun = \\"exec sleep %s\\"\\nready_delay = 0\\n", $1, $1 }' > pitchfork.toml
        pitchfork start --all >/dev/null 2>&1`,
      stop: "pitchfork stop --all",
      shutdown: "pitchfork supervisor stop",
      daemon: /pitchfork supervisor run\b/,
    })),
};
