import type { ContenderKind } from "../contender.ts";
import { openPeer } from "./peer.ts";

/** process-compose, whose jobs are its children and are declared in a file. */
export const processCompose: ContenderKind = {
  name: "process-compose",
  program: "process-compose",
  open: (folder) =>
    openPeer(folder, "process-compose", (box) => ({
      name: "process-compose",
      env: {
        PC_SOCKET_PATH: `${box.root}/pc.sock`,
        PC_LOG_FILE: `${box.root}/pc.log`,
        PC_DISABLE_TUI: "1",
      },
      boot: `printf 'processes:\\n  idle: { command: "true", disabled: true }\\n' > empty.yaml
        process-compose up -D -U --keep-project -f empty.yaml >/dev/null 2>&1
        until process-compose -U list; do :; done >/dev/null 2>&1`,
      ask: ["process-compose", "-U", "list"],
      list: ["process-compose", "-U", "list", "-o", "wide"],
      start: (count) =>
        `(cat empty.yaml; seq 1000000 ${999_999 + count} |
          sed 's/.*/  j&: { command: "exec sleep &" }/') > jobs.yaml
        process-compose -U project update -f jobs.yaml`,
      stop: "process-compose -U project update -f empty.yaml",
      shutdown: "process-compose -U down",
      daemon: /process-compose up\b/,
    })),
};
