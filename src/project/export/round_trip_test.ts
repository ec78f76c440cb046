/** What goes out and comes in again is the same plan, as far as the other tool has words for it. */
import { assertEquals } from "@std/assert";
import { importOf } from "../import/testdata/import_box.ts";
import { planOf } from "../testdata/project_box.ts";
import { exportOf } from "./testdata/export_of.ts";

const PROCFILE = `
env_file: { path: .env, required: false }
jobs:
  web: { command: "bin/rails server -p \${PORT:-3000} | cat", ports: { http: { prefer: 5000 } } }
  worker: { command: bundle exec sidekiq, ports: { main: { prefer: 5100 } } }
  release: { task: true, autostart: false, command: bin/rails db:migrate }
`;

const PROCESS_COMPOSE = `
shell: [sh, -c]
jobs:
  db:
    command: docker compose up --no-log-prefix db
    stop: { command: docker compose stop db, timeout: 20s, signal: INT }
    ready: { command: 'pg_isready -U "$USER" -d {{x}}', interval: 2s, timeout: 3s, within: 60s }
    health: { http: "http://127.0.0.1:5433/ok", then: restart, retries: 2, interval: 5s, grace: 10s }
    restart: always
  migrate: { task: true, command: [npm, run, migrate, "$\${x} {{y}}", ""], depends_on: [db] }
  api:
    description: "the API, 100% of $\${it}"
    command: |
      set -e
      exec npm run dev -- "$PORT" \${HOST:-x} $$
    cwd: apps/api
    env: { PORT: "3000", URL: "http://x/?a=b $\${x} {{y}}", EMPTY: "" }
    env_file: apps/api/.env
    depends_on: { db: ready, migrate: completed, cache: ready }
    ready: { http: "http://127.0.0.1:3000/health?a=b", interval: 1s, within: 30s }
    watch: { paths: [src/**/*.ts, config/**], ignore: [src/gen/**], debounce: 500ms }
    restart: on-failure:5
    groups: [web, all]
    tty: true
  cache: { command: [redis-server, "--save", ""], ready: { log: 'Ready \\(ok\\)' } }
  nightly: { command: ./report, schedule: { cron: 0 3 * * *, timezone: Europe/Berlin } }
  often: { command: ./often, schedule: { every: 90s } }
  words: { command: [deno, task, worker] }
  by-hand: { command: "true", autostart: false, depends_on: { db: started } }
`;

for (
  const [target, text] of [["procfile", PROCFILE], ["process-compose", PROCESS_COMPOSE]] as const
) {
  Deno.test(`a project that goes out by ${target} comes in again as it was`, async () => {
    const around = { ".env": "A=b\n", "apps/api/.env": "C=d\n", "apps/api/x": "" };
    const { files: [file], losses } = await exportOf(target, { "imp.yaml": text, ...around });
    assertEquals(losses, []);
    const { yaml, losses: lost } = await importOf({ [file.name]: file.text, ...around });
    assertEquals(lost, []);
    const [before, after] = [
      await planOf({ "imp.yaml": text, ...around }),
      await planOf({ "imp.yaml": yaml, ...around }),
    ];
    const byName = (plan: typeof before) =>
      Object.fromEntries(plan.jobs.map((job) => [job.name, job]));
    assertEquals(byName(after), byName(before));
  });
}
