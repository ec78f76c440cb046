import type { Sample } from "./sample.ts";

export const GOBFILE_SAMPLES: readonly Sample[] = [
  {
    title: "servers and a watcher",
    files: {
      ".config/gobfile.toml": `# what the team runs
[[job]]
command = "npm run dev"
description = "Frontend on http://localhost:3000; cost $0"

[[job]]
command = "docker compose up postgres redis"

[[job]]
command = "npm run typecheck:watch"
autostart = false
`,
    },
  },
  {
    title: "jobs that look the same",
    files: {
      ".config/gobfile.toml": `
[[job]]
command = "npm run dev"
[[job]]
command = "pnpm dev"
[[job]]
command = "cd api && npm run dev"
[[job]]
command = "'"
`,
    },
  },
  {
    title: "one that is not to be run",
    files: {
      ".config/gobfile.toml":
        '[[job]]\r\ncommand = "make clean-all"\r\nblocked = true\r\nautostart = true\r\n',
    },
    saysNothing: ["job.0.autostart"],
  },
  {
    title: "commands of several lines, and what is no key",
    files: {
      "gobfile.toml": `
[[job]]
command = """
set -e
FOO=1 ./scripts/serve.sh --port 3000
"""
name = "serve it"
port = 3000

[[job]]
description = "nothing to run"

[settings]
color = true
`,
    },
    saysNothing: ["job.1.description", /^settings\./],
  },
  {
    title: "commands by their way, with variables",
    files: {
      "gobfile.toml": `
[[job]]
command = "RUST_LOG=debug ./target/debug/server --addr :8080"
[[job]]
command = "-x"
[[job]]
command = "bundle exec rails server"
`,
    },
  },
];
