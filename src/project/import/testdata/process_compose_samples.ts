import type { Sample } from "./sample.ts";

/** How it shows things, and what holds anyway. */
const OF_IT =
  /^(version|log_level|log_length|is_strict|is_tui_disabled|ordered_shutdown)$|\.(disable_ansi_colors|success_threshold)$/;

export const PROCESS_COMPOSE_SAMPLES: readonly Sample[] = [
  {
    title: "a database in a container, a migration and an API, with probes and all their numbers",
    files: {
      "process-compose.yaml": `# yaml-language-server: $schema=x
version: "0.5"
is_strict: true
log_level: info
log_location: ./pc.log
environment:
  - 'DATABASE_URL=postgres://localhost:\${PG_PORT:-5432}/shop'
  - "SAID=a=b $$x"
processes:
  postgres: # in a container
    command: |
      docker compose up --no-log-prefix postgres
    is_daemon: false
    availability: { restart: always, backoff_seconds: 2 }
    readiness_probe:
      exec:
        command: docker compose exec -T postgres pg_isready -U "$\${PG_USER}"
      initial_delay_seconds: 2
      period_seconds: 3
      timeout_seconds: 4
      success_threshold: 1
      failure_threshold: 20
    shutdown:
      command: docker compose stop postgres
      timeout_seconds: 15
      signal: 2
  migrate:
    command: ./bin/migrate "$$DATABASE_URL" \${MIGRATE_ARGS}
    working_dir: ./services/api
    depends_on:
      postgres: { condition: process_healthy }
  api:
    description: the HTTP API
    command: exec cargo run -- --port \${API_PORT:-8000}
    working_dir: services/api
    environment: ["RUST_LOG=debug", 'EMPTY=']
    depends_on:
      postgres:
        condition: process_healthy
      migrate:
        condition: process_completed_successfully
    readiness_probe:
      http_get: { host: 127.0.0.1, scheme: http, port: "\${API_PORT:-8000}", path: "/health?full=1" }
      period_seconds: 1
    liveness_probe:
      http_get: { port: 8000, status_code: 204, headers: { X: y } }
      failure_threshold: 5
      initial_delay_seconds: 30
    availability: { restart: on_failure, max_restarts: 3 }
    namespace: backend
    disable_ansi_colors: true
`,
    },
    env: { API_PORT: "8000" },
    saysNothing: [
      OF_IT,
      "processes.postgres.is_daemon",
      "processes.api.readiness_probe.http_get.host",
      "processes.api.readiness_probe.http_get.scheme",
      /http_get\.headers\./,
    ],
  },
  {
    title: "copies, templates, variables that are required, and what waits for a line",
    files: {
      "process-compose.yml": `version: "0.5"
vars:
  BASE: 80
  WHO: world
processes:
  server:
    command: 'python3 -m http.server {{.BASE}}{{.PC_REPLICA_NUM}} # {{.WHO}} {{ upper .WHO }}'
    replicas: 2
    environment:
      - KEY=\${KEY:?set it}
      - STRANGE=\${KEY:+set}
    ready_log_line: "Serving HTTP on (0.0.0.0)"
  client:
    description: for {{.WHO}}
    entrypoint: [./client, "{{.WHO}}", "$\${x}", "\${HOME}/x"]
    vars: { WHO: me }
    depends_on:
      server: { condition: process_log_ready }
      nobody: { condition: process_started }
    is_foreground: true
    namespace: [tools, default]
`,
    },
    env: { KEY: "k", HOME: "/home/ann" },
    saysNothing: [
      OF_IT,
      "processes.client.depends_on.nobody.condition",
      "vars.WHO",
      "vars",
      "processes.client.namespace.1",
      /^vars\.zz_stranger$|\.vars\.zz_stranger$/,
    ],
  },
  {
    title: "one that extends another file and a process, with an override and Windows line ends",
    files: {
      "process-compose.yaml": `extends: base/common.yaml
shell: { shell_command: sh, shell_argument: "-c" }
processes:
  web:
    extends: base-web
    command: npm run dev
    environment: ["MODE=dev"]
  broken: { extends: nobody, command: "true" }
`.replaceAll("\n", "\r\n"),
      "base/common.yaml": `processes:
  base-web:
    command: npm start
    working_dir: app
    environment: ["MODE=prod", "SHARED=1"]
    disabled: true
  helper: { command: ./helper }
`,
      "process-compose.override.yml": `processes: { helper: { environment: ["DEBUG=1"] } }\n`,
      ".env": "TOKEN=x\n",
    },
    saysNothing: ["shell.shell_argument"],
  },
  {
    title: "watching, schedules and everything that is of its own",
    files: {
      "process-compose.yaml": `
x-common: &common
  availability: &again { restart: on_failure }
  is_dotenv_disabled: true
disable_env_expansion: true
env_cmds: { DATE: date }
mcp_server: { port: 1 }
processes:
  build:
    <<: *common
    command: make "$X" $$
    watch:
      paths:
        - { path: ./src, include: ["**/*.go", "*.mod"], exclude: [gen] }
        - path: assets/
      debounce: 500ms
      cascade: true
      max_entries: 100
  night:
    command: ./report
    schedule: { cron: "0 3 * * *", timezone: Europe/Berlin, run_on_start: true, max_concurrent: 2 }
  often: { command: ./often, schedule: { interval: 1m30s } }
  shell: { command: bash, is_tty: true, is_interactive: true, is_elevated: true }
  old:
    command: ./old
    is_daemon: true
    launch_timeout_seconds: 2
    availability: { restart: exit_on_failure, exit_on_end: true, exit_on_skipped: true, max_restarts: 2 }
    log_configuration: { rotation: { max_size_mb: 1 } }
    success_exit_codes: [143]
    shutdown: { parent_only: true, send_keys: "q", signal: 99 }
    env_file: old.env
    is_disabled: "true"
`,
      ".env": "A=b\n",
      "old.env": "",
    },
    saysNothing: [
      /^x-common|^processes\.build\.watch\.max_entries$|launch_timeout_seconds$/,
      /log_configuration\.|success_exit_codes\.|^env_cmds\.|^mcp_server\./,
      // It is read as text where nothing is filled in.
      "disable_env_expansion",
    ],
  },
  {
    title: "a compose.yaml that is of process-compose, with wrong types here and there",
    files: {
      "compose.yaml": `name: tools
is_tui_disabled: true
environment:
  - NOVALUE
processes:
  a:
    command: [not, text]
    entrypoint: [./a]
    depends_on: [b]
    readiness_probe: { exec: { command: test -e x, working_dir: "/tmp/a b" }, http_get: { port: 1 } }
    availability: { restart: "no" }
  b:
    command: ./b
    replicas: none
    working_dir: /srv/b
    depends_on: { c: { condition: process_completed } }
    readiness_probe: { exec: { command: ./ok, working_dir: sub } }
    shutdown: { signal: 15 }
    availability: { restart: sometimes }
  c: { command: ./c }
  d: { command: ./d, depends_on: { e: { condition: process_healthy } } }
  e: { command: ./e, depends_on: { f: { condition: process_healthy }, c: { condition: process_completed_successfully } } }
  f: { command: ./f, depends_on: { d: { condition: process_healthy } } }
`,
    },
    saysNothing: [
      OF_IT,
      "processes.a.availability",
      "processes.a.availability.restart",
      // It is the one that is taken away.
      /^processes\.f\.depends_on\.d\./,
      /^processes\.a\.(command|depends_on)\.\d$|^processes\.a\.readiness_probe\.exec\./,
      "environment.0",
    ],
  },
];
