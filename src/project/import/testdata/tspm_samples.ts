import type { Sample } from "./sample.ts";

export const TSPM_SAMPLES: readonly Sample[] = [
  {
    title: "an API with a look at its health",
    files: {
      "tspm.yaml": `
processes:
  - name: api
    script: bun
    args: [run, src/index.ts]
    cwd: ./apps/api
    instances: 2
    env: { NODE_ENV: production, PRICE: "$5" }
    envFile: .env.production
    maxMemory: 500M
    maxRestarts: 10
    healthCheck: { enabled: true, protocol: http, port: 3000, path: /health, interval: 30000, timeout: 5000, retries: 3 }
    preStart: echo hello
    watch: true
    ignoreWatch: ["**/dist/**"]
    killTimeout: 1600
    mergeLogs: false
`,
    },
    saysNothing: ["processes.0.mergeLogs", "processes.0.healthCheck.protocol"],
  },
  {
    title: "one with remarks, and what all have in common",
    files: {
      "tspm.jsonc": `{
  // all of it
  "namespace": "shop", "webhooks": [{ "url": "https://example.org" }],
  "processes": [
    { "name": "web", "script": "server.ts", "instances": 1, "maxMemory": 512, "outFile": "out.log" },
    { "name": "db", "command": "docker compose up", "autorestart": false, "namespace": "data",
      "healthCheck": { "enabled": true, "protocol": "tcp", "host": "127.0.0.1", "port": 5432, "initialDelay": 500 } },
  ],
}`,
    },
    saysNothing: ["processes.0.instances", /^webhooks\./],
  },
  {
    title: "the shape of another one of its name",
    files: {
      "tspm.json": JSON.stringify({
        processes: [
          {
            id: "worker",
            command: "pnpm run worker",
            projectDir: "/shop/apps/worker",
            memoryLimit: "1G",
            watch: ["src", "*.json"],
            watchDelay: 250,
            autorestart: true,
          },
        ],
      }),
    },
    saysNothing: ["processes.0.autorestart"],
  },
  {
    title: "a check that is a command, and one that is off",
    files: {
      "tspm.yml": `
processes:
  - name: a
    script: ./a.sh
    interpreter: none
    args: --port 3 'x y'
    healthCheck: { enabled: true, protocol: command, command: ./check, expectedStatus: 200, method: POST }
  - name: b
    script: b.py
    description: counts
    healthCheck: { enabled: false, port: 3 }
    execMode: cluster
`,
    },
    saysNothing: ["processes.0.interpreter", /^processes\.1\.healthCheck\./],
  },
  {
    title: "what is no process, with Windows line ends",
    files: {
      "tspm.yaml":
        "processes:\r\n  - name: x\r\n    script: x\r\n    maxMemory: much\r\n    nice: 5\r\n  - 3\r\n" +
        "deploy: { repo: x }\r\n",
    },
    saysNothing: [/^deploy\./],
  },
];
