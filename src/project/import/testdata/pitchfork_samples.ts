import type { Sample } from "./sample.ts";

export const PITCHFORK_SAMPLES: readonly Sample[] = [
  {
    title: "an application with a database, watched files and a group",
    files: {
      "pitchfork.toml": `#:schema https://example.org/schema.json
namespace = "shop"
[env]
RUST_LOG = "info"

[daemons.db]
run = "exec postgres -D data"
ready_output = "ready to accept connections"
auto = ["start", "stop"]
retry = true

[daemons.api]
run = "exec cargo run -- --db {{ daemons.db.port }}"
dir = "services/api"
depends = ["db", "nobody"]
env = { URL = "postgres://localhost:{{ daemons['db'].ports[0] }}/x?a=$b", PORT = "3000" }
ready_http = { url = "http://localhost:3000/health", status = [200, 401], timeout = "1m 30s" }
watch = ["services/api/src/**/*.rs", "Cargo.toml"]
retry = 3
stop_signal = { signal = "SIGINT", timeout = "20s" }
memory_limit = "512MB"

[daemons.db.port]
expect = [5432]
bump = true

[groups.backend]
daemons = ["db", "shop/api"]
`,
    },
    saysNothing: ["daemons.api.ready_http.status.0", /^daemons\.db\.auto\.\d$/],
  },
  {
    title: "three ports, a hook, limits and everything that is of its own",
    files: {
      "pitchfork.toml": `[daemons.web]
run = "./web --port $PORT --admin $PORT1"
port = [8080, 8081, 0]
ready_port = 8080
ready_delay = 5
ready_cmd = "curl -f localhost:$PORT"
boot_start = true
mise = true
cpu_limit = 80
user = "www"
pty = true
watch_mode = "poll"
line_retention = 10
stop_signal = "SIGQUIT"
[daemons.web.hooks]
on_ready = "./warm-up {{ name }}"
on_fail = "notify-send failed"
[daemons.web.logs]
log_format = "json"

[daemons.report]
run = "./report {{ settings.proxy.port }} in {{ dir }}"
cron = { schedule = "0 0 3 * * *", retrigger = "always", immediate = true }
[daemons.plain]
run = "./plain"
cron = "0 * * * *"
retry = 0
[settings.general]
shell = "bash -euo pipefail -c"
log_level = "debug"
[settings.proxy]
enable = true
[slugs]
web = { daemon = "web" }
`.replaceAll("\n", "\r\n"),
    },
    saysNothing: [
      /watch_mode$|^daemons\.plain\.retry$|\.logs\.|^settings\.proxy\.|^slugs\./,
    ],
  },
  {
    title: "one under .config with a local file over it",
    files: {
      ".config/pitchfork.toml": `[daemons.web]
run = "npm start"
[daemons.web.env]
MODE = "prod"
`,
      ".config/pitchfork.local.toml": `[daemons.web.env]
MODE = "dev"
DEBUG = "1"
`,
    },
    file: ".config/pitchfork.toml",
    saysNothing: ["daemons.web.env", "daemons.web.env.MODE"],
  },
  {
    title: "the older words for ports, and a port that is told twice",
    files: {
      "pitchfork.toml": `[daemons.old]
run = "node server.js $PORT0"
expected_port = [3000]
auto_bump_port = true
port_bump_attempts = 20
[daemons.one]
run = "node other.js"
port = 3100
ready_port = "{{ daemons.old.port }}"
depends = ["old"]
[daemons.late]
run = "sleep 1"
ready_delay = 2
dir = "/srv/late"
watch = ["x"]
`,
    },
    saysNothing: [/port_bump_attempts$/],
  },
  {
    title: "wrong types and durations that are none",
    files: {
      "pitchfork.toml": `[daemons.a]
run = "a"
port = "many"
memory_limit = "much"
stop_signal = { signal = "INT", timeout = "soon" }
ready_output = { pattern = "up", timeout = "1 fortnight" }
depends = "b"
[daemons.b]
run = ["not", "text"]
[daemons.c]
run = "c"
retry = "often"
ready_cmd = { run = "./ok", timeout = "500ms" }
`,
    },
    saysNothing: [/^daemons\.b\.run\.\d$/],
  },
];
