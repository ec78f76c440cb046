import type { Sample } from "./sample.ts";

/** What a package is beside its scripts is not told: it is no list of processes. */
const REST = /^(?!(scripts|packageManager|devEngines)\b|zz)|^zz/;

export const SCRIPT_SAMPLES: readonly Sample[] = [
  {
    title: "a package with a build, tests and workers",
    files: {
      "package.json": JSON.stringify({
        name: "shop",
        scripts: {
          ...{ dev: "vite", start: "node dist", "worker:mail": "node mail", test: "vitest" },
          ...{ "db:migrate": "prisma migrate dev", "dev:debug": "DEBUG=1 vite", build: "tsc -b" },
        },
        dependencies: { vite: "^6" },
      }),
      "pnpm-lock.yaml": "",
    },
    saysNothing: [REST],
  },
  {
    title: "concurrently, with names, a pattern and a command",
    files: {
      "package.json": JSON.stringify({
        packageManager: "yarn@4.1.0",
        scripts: {
          dev: "cross-env NODE_ENV=development concurrently -k -n web,api,x,db " +
            '-c blue,green --restart-tries=3 "npm:dev:*" "yarn run api" "docker compose up \\"db\\""',
          "dev:web": "next dev -p 3001",
          "dev:css": "tailwindcss --watch",
          api: "nodemon src/index.ts",
        },
      }),
    },
    saysNothing: [REST, "scripts.api"],
  },
  {
    title: "npm-run-all and watchers",
    files: {
      "package.json": JSON.stringify({
        scripts: {
          start: "run-p -l start:* ",
          "start:server": "nodemon .",
          "start:client": "webpack serve",
          watch: "npm-run-all --parallel watch:js watch:css",
          "watch:js": "esbuild --watch",
          "watch:css": "sass --watch a:b",
          dist: "run-s clean build",
        },
      }),
    },
    saysNothing: [REST, "scripts.start", "scripts.watch"],
  },
  {
    title: "Nest, with a monorepo's manager",
    files: {
      "package.json": JSON.stringify({
        devEngines: { packageManager: { name: "pnpm", version: "9" } },
        scripts: {
          ...{ build: "nest build", start: "nest start", "start:dev": "nest start --watch" },
          ...{ "start:prod": "node dist/main", "start:it's": "x" },
        },
      }),
    },
    saysNothing: [REST, "devEngines.packageManager.version", /^devEngines.*zz/],
  },
  {
    title: "a server that a shell puts together, with Windows line ends",
    files: {
      "package.json":
        '{\r\n  "scripts": {\r\n    "dev": "npm run build && concurrently \\"a\\" \\"b\\"",\r\n' +
        '    "serve": "x", "seed": "y"\r\n  }\r\n}\r\n',
      "bun.lockb": "",
      "package-lock.json": "",
    },
    saysNothing: [REST],
  },
  {
    title: "tasks of Deno with remarks, descriptions and what comes first",
    files: {
      "deno.jsonc": `{
  // of the web application
  "imports": { "@std/path": "jsr:@std/path" },
  "tasks": {
    "build": "deno run -A build.ts",
    "dev": { "description": "Serve it, $HOME", "command": "deno run --watch main.ts", "dependencies": ["build"] },
    "worker": { "command": "deno run worker.ts" },
  },
}`,
    },
    saysNothing: [/^(?!tasks)/, /^tasks\.dev\.dependencies/],
  },
  {
    title: "tasks that are put together by a task",
    files: {
      "deno.json": JSON.stringify({
        tasks: {
          dev: { dependencies: ["web", "api"] },
          web: "vite",
          api: "deno run -A api.ts",
          test: "deno test",
        },
      }),
    },
    saysNothing: [/^(?!tasks)/],
  },
  {
    title: "tasks that are put together by a pattern",
    files: {
      "deno.json": JSON.stringify({
        tasks: { dev: 'deno task "dev:*"', "dev:a": "x", "dev:b": "y", migrate: "z" },
      }),
    },
    saysNothing: [/^(?!tasks)/, "tasks.dev"],
  },
  {
    title: "parts without a whole",
    files: { "deno.json": '{"tasks": {"dev:a": "x", "dev:b": "y", "fmt": "deno fmt"}}' },
    saysNothing: [/^(?!tasks)/],
  },
  {
    title: "a task with a key that Deno has not",
    files: { "deno.json": '{"tasks": {"start": {"command": "x", "cwd": "y"}}}' },
    saysNothing: [/^(?!tasks)/],
  },
];
