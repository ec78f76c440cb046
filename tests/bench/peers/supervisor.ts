import type { ContenderKind } from "../contender.ts";
import { openPeer } from "./peer.ts";

const CONFIG = `[unix_http_server]
file=%(here)s/s.sock
[supervisord]
logfile=%(here)s/supervisord.log
pidfile=%(here)s/supervisord.pid
childlogdir=%(here)s
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://%(here)s/s.sock
[include]
files=jobs.ini
`;

/** supervisord, whose jobs are its children and are declared in a file. */
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
        list: [...control, "status", "all"],
        start: (count) =>
          `cat > ${box.root}/jobs.ini <<'END' && ${control.join(" ")} update >/dev/null
[program:jobs]
command=/bin/sleep 1000%(process_num)03d
process_name=%(process_num)03d
numprocs=${count}
startsecs=0
END`,
        stop: `: > ${box.root}/jobs.ini; ${control.join(" ")} update`,
        shutdown: `${control.join(" ")} shutdown`,
        daemon: /supervisord -c/,
      };
    }),
};
