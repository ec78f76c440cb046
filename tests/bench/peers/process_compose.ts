import type { ContenderKind } from "../contender.ts";
import { jobNumberIn } from "../contender.ts";
import { openPeer } from "./peer.ts";

const EMPTY = 'processes:\n  idle: { command: "true", disabled: true }\n';

/** As `process-compose list -o json` prints it. */
interface ComposeProcess {
  readonly name: string;
  readonly is_running: boolean;
  readonly pid: number;
  readonly exit_code: number;
}

/** process-compose, whose jobs are its children and are declared in a file. */
export const processCompose: ContenderKind = {
  name: "process-compose",
  program: "process-compose",
  open: (folder) =>
    openPeer(folder, "process-compose", (box) => {
      const boot = (file: string) =>
        `process-compose up -D -U --keep-project -f ${file} >/dev/null 2>&1
        until process-compose -U list; do :; done >/dev/null 2>&1`;
      return {
        name: "process-compose",
        env: {
          PC_SOCKET_PATH: `${box.root}/pc.sock`,
          PC_LOG_FILE: `${box.root}/pc.log`,
          PC_DISABLE_TUI: "1",
        },
        boot: `cat > empty.yaml <<'END'\n${EMPTY}END\n${boot("empty.yaml")}`,
        revive: boot("jobs.yaml"),
        ask: ["process-compose", "-U", "list"],
        list: ["process-compose", "-U", "list", "-o", "wide"],
        tellJobs: "process-compose -U list -o json 2>/dev/null",
        parseJobs: (text) =>
          (JSON.parse(text) as ComposeProcess[]).filter(({ name }) => name !== "idle").map((
            job,
          ) => ({
            number: jobNumberIn(job.name),
            isUp: job.is_running,
            pid: job.pid,
            exitCode: job.is_running ? undefined : job.exit_code,
          })),
        async start(jobs) {
          const lines = jobs.map(({ name, command }) =>
            `  ${name}: { command: "exec ${command.join(" ")}" }\n`
          );
          await box.file("project/jobs.yaml", EMPTY + lines.join(""));
          return "exec process-compose -U project update -f jobs.yaml";
        },
        stop: "exec process-compose -U project update -f empty.yaml",
        daemon: /process-compose up\b/,
      };
    }),
};
