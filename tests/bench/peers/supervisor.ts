import type { ContenderKind } from "../contender.ts";
import { jobNumberIn } from "../contender.ts";
import { openPeer } from "./peer.ts";

/** With files enough for a thousand jobs. */
const CONFIG = `[unix_http_server]
file=%(here)s/s.sock
[supervisord]
logfile=%(here)s/supervisord.log
pidfile=%(here)s/supervisord.pid
childlogdir=%(here)s
minfds=10000
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://%(here)s/s.sock
[include]
files=jobs.ini
`;

/** supervisord, whose jobs are its children and are declared in a file; its list tells no exit codes. */
export const supervisor: ContenderKind = {
  name: "supervisor",
  program: "supervisord",
  open: (folder) =>
    openPeer(folder, "supervisord", (box) => {
      const config = `${box.root}/supervisord.conf`;
      const control = ["supervisorctl", "-c", config];
      return {
        name: "supervisor",
        boot: `cat > ${config} <<'END'\n${CONFIG}END\nsupervisord -c ${config} && ${
          control.join(" ")
        } pid`,
        ask: [...control, "pid"],
        list: [...control, "status"],
        // Its exit code says whether all are up.
        tellJobs: `${control.join(" ")} status || :`,
        parseJobs: (text) =>
          text.split("\n").filter((line) => line.startsWith("jobs:j1")).map((line) => ({
            number: jobNumberIn(line),
            isUp: / RUNNING /.test(line),
            pid: Number(/ pid (\d+)/.exec(line)?.[1]) || undefined,
          })),
        async start(jobs) {
          const programs = jobs.map(({ name, command }) =>
            `[program:${name}]\ncommand=${command.join(" ")}\nstartsecs=0\nautorestart=false\n`
          );
          // One by one each would take a second to go; together they go at once.
          const group = `[group:jobs]\nprograms=${jobs.map(({ name }) => name).join(",")}\n`;
          await box.file("jobs.ini", programs.join("") + group);
          return `${control.join(" ")} update >/dev/null`;
        },
        stop: `: > ${box.root}/jobs.ini; ${control.join(" ")} update`,
        daemon: /supervisord -c/,
      };
    }),
};
