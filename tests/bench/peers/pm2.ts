import type { ContenderKind } from "../contender.ts";
import { openPeer } from "./peer.ts";

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
      start: (count) =>
        `seq 1000000 ${999_999 + count} | awk '
          BEGIN { printf "{\\"apps\\":[" }
          { printf "%s{\\"name\\":\\"j%s\\",\\"script\\":\\"/bin/sleep\\",\\"args\\":\\"%s\\",", c, $1, $1; c = "," }
          { printf "\\"interpreter\\":\\"none\\"}" }
          END { printf "]}" }' > jobs.json && pm2 start jobs.json`,
      stop: "pm2 delete all",
      shutdown: "pm2 kill",
      daemon: /PM2 v\S+: God Daemon/,
    })),
};
