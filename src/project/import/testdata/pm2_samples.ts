import type { Sample } from "./sample.ts";

/** What is kept anyway, or only pm2 has a use for. */
const OF_PM2 = /\.(merge_logs|log_date_format|time|vizion|source_map_support|pmx)$/;

export const PM2_SAMPLES: readonly Sample[] = [
  {
    title: "a web application in JavaScript with two environments",
    files: {
      "ecosystem.config.js": `
const path = require("path");
const { port } = require("./settings");

module.exports = {
  apps: [
    {
      name: "shop-web",
      script: "server.js",
      cwd: path.join(__dirname, "apps/web"),
      instances: 1,
      exec_mode: "fork",
      watch: false,
      autorestart: true,
      max_memory_restart: "512M",
      env: { NODE_ENV: "development", PORT: process.env.PORT || port, TOKEN: process.env.TOKEN },
      env_production: { NODE_ENV: "production" },
      error_file: "./logs/err.log",
      merge_logs: true,
    },
    {
      name: "shop-worker",
      script: "npm",
      args: "run worker -- --queue 'a b'",
      env: { REDIS_URL: \`redis://\${process.env.REDIS_HOST}:6379\` },
      on_exit: () => {},
    },
  ],
  deploy: { production: { host: "example.org" } },
};
`,
      "settings.js": "module.exports = { port: 4000 };",
      "apps/web/server.js": "",
    },
    saysNothing: [
      ...['const path = require("path");', "apps: [", "{", "}", "},", "],", "};"],
      ...["instances: 1,", 'exec_mode: "fork",', "watch: false,", "autorestart: true,"],
      ...["merge_logs: true,", "module.exports = {"],
    ],
  },
  {
    title: "JSON with remarks, Windows line ends and a cluster",
    files: {
      "ecosystem.config.json": `{
        // what runs on the server
        "apps": [{
          "name": "api gateway!",
          "script": "./dist/main.js",
          "args": ["--port", "8080", "--title", "a $b"],
          "node_args": "--max-old-space-size=4096 --enable-source-maps",
          "instances": "max", "exec_mode": "cluster",
          "watch": ["dist", "config/*.json"], "ignore_watch": ["node_modules", "./logs/"],
          "watch_delay": 1000,
          "max_restarts": 10, "min_uptime": "5s", "restart_delay": 4000,
          "kill_timeout": 5000, "wait_ready": true, "listen_timeout": 10000,
          "log_date_format": "YYYY", "out_file": "/dev/null", "vizion": false
        }]
      }`.replaceAll("\n", "\r\n"),
    },
    saysNothing: [OF_PM2, "apps.0.args.3"],
  },
  {
    title: "YAML with anchors and a job at night",
    files: {
      "pm2.config.yml": `
x-env: &env
  TZ: UTC
  DEBUG: "yes"
apps:
  - name: report
    script: report.py
    interpreter: python3
    interpreter_args: -u
    cron_restart: "0 3 * * *"
    autorestart: false
    namespace: nightly
    env: { <<: *env, LEVEL: 3 }
  - script: bin/serve
    namespace: default
    stop_exit_codes: [0]
    max_restarts: 5
    env: *env
`,
      "bin/serve": "",
    },
    saysNothing: ["apps.0.name", "apps.0.interpreter", "apps.1.namespace", /^x-env/],
  },
  {
    title: "one of YAML with commands and interpreters, and names that are the same",
    files: {
      "process.yml": `
apps:
  - { name: web, script: "npm run dev -- --open", args: "now 'it is'" }
  - { name: web, script: main.ts, interpreter: deno, interpreter_args: [run, -A], watch: true }
  - { name: "", script: /opt/tools/run.sh, filter_env: [AWS_], uid: 33 }
  - { name: nothing }
  - not a table
`,
    },
    saysNothing: ["apps.2.filter_env.0"],
  },
  {
    title: "one that asks the environment what it is to be",
    files: {
      "pm2.config.cjs": `
const isProduction = process.env.NODE_ENV === "production";
module.exports = { apps: [{
  name: "web",
  script: "./web.js",
  instances: process.env.COPIES || 2,
  watch: !isProduction,
  env_staging: { STAGE: "yes" },
}] };
`,
    },
    saysNothing: [
      ...['const isProduction = process.env.NODE_ENV === "production";', "}] };"],
      "module.exports = { apps: [{",
      'name: "web",',
    ],
  },
];
