import type { ContenderKind } from "../contender.ts";
import { jobNumberIn } from "../contender.ts";
import { openPeer } from "./peer.ts";

/** As `pm2 jlist` prints it. */
interface Pm2Job {
  readonly name: string;
  readonly pid: number;
  readonly pm2_env: { readonly status: string; readonly exit_code?: number };
}

/** pm2, whose daemon is Node and whose jobs are its children. */
export const pm2: ContenderKind = {
  name: "pm2",
  program: "pm2",
  open: (folder) =>
    openPeer(folder, "pm2", (box) => ({
      name: "pm2",
      env: { PM2_HOME: `${box.root}/pm2`, PM2_DISABLE_VERSION_CHECK: "1" },
      boot: "pm2 ping",
      ask: ["pm2", "ping"],
      list: ["pm2", "list"],
      tellJobs: "pm2 jlist",
      parseJobs: (text) =>
        (JSON.parse(text.slice(text.lastIndexOf("\n[") + 1)) as Pm2Job[]).map((job) => ({
          number: jobNumberIn(job.name),
          isUp: job.pm2_env.status === "online",
          pid: job.pid,
          exitCode: job.pm2_env.exit_code,
        })),
      async start(jobs) {
        const apps = jobs.map(({ name, command: [script, ...args] }) => ({
          name,
          script,
          args,
          interpreter: "none",
          autorestart: false,
        }));
        await box.file("project/jobs.json", JSON.stringify({ apps }));
        return "exec pm2 start jobs.json";
      },
      stop: "exec pm2 delete all",
      daemon: /PM2 v\S+: God Daemon/,
    })),
};
