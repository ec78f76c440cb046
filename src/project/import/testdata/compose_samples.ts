import type { Sample } from "./sample.ts";

/** What compose goes on to do by itself. */
const OF_COMPOSE = [
  /^(version|volumes|networks|secrets|configs)(\.|$)/,
  /^services\.\w+\.(image|build|command|entrypoint|environment|env_file|volumes|networks|restart)(\.|$)/,
  /^services\.\w+\.(container_name|labels|logging|deploy|user|working_dir|tty|stdin_open|expose)(\.|$)/,
  /^services\.\w+\.(init|secrets|tmpfs|shm_size|privileged|links)(\.|$)/,
  // These are for whoever extends the file itself.
  /^x-/,
];

export const COMPOSE_SAMPLES: readonly Sample[] = [
  {
    title: "a web application with a database and a migration, healthy before it starts",
    files: {
      "compose.yaml": `name: shop
services:
  db:
    image: postgres:17
    restart: unless-stopped
    environment:
      POSTGRES_PASSWORD: \${POSTGRES_PASSWORD:?set it}
    ports: ["127.0.0.1:\${PG_PORT:-5432}:5432"]
    volumes: ["data:/var/lib/postgresql/data"]
    healthcheck:
      test: ["CMD-SHELL", "pg_isready -U \${PG_USER:-postgres} -d $$POSTGRES_DB"]
      interval: 5s
      timeout: 3s
      retries: 10
      start_period: 10s
    stop_grace_period: 1m30s
  migrate:
    build: .
    command: npm run migrate
    depends_on:
      db: { condition: service_healthy, restart: true }
  web:
    build: { context: ., target: dev }
    ports: [8080:80, 3000, "6060:6060/udp", "9000-9005:9000-9005"]
    depends_on:
      db: { condition: service_healthy }
      migrate: { condition: service_completed_successfully }
      nobody: { condition: service_started, required: false }
    develop: { watch: [{ path: ., action: rebuild }] }
volumes: { data: {} }
`,
    },
    saysNothing: [
      ...OF_COMPOSE,
      /^services\.web\.develop\./,
      // It gets one by chance.
      "services.web.ports.1",
      "services.web.depends_on.nobody.condition",
    ],
  },
  {
    title: "an older file with links and lists, and Windows line ends",
    files: {
      "docker-compose.yml": `version: "3.8"
services:
  redis:
    image: redis:7
    container_name: my-redis
    healthcheck: { test: redis-cli ping }
  worker:
    image: worker
    links: [redis]
    depends_on:
      - redis
    healthcheck: { disable: true }
  cron:
    image: cron
    healthcheck: { test: [NONE] }
    profiles: [tools, debug]
`.replaceAll("\n", "\r\n"),
    },
    saysNothing: [
      ...OF_COMPOSE,
      /^services\.(worker|cron)\.healthcheck/,
    ],
  },
  {
    title: "anchors, services that extend others, and an override",
    files: {
      "docker-compose.yaml": `x-base: &base
  restart: always
  stop_grace_period: 20s
services:
  api:
    <<: *base
    image: api
    ports:
      - { target: 8000, published: "8000", protocol: tcp, host_ip: 127.0.0.1 }
      - { target: 53, published: 53, protocol: udp }
    depends_on: { db: { condition: service_started } }
  admin:
    extends: { service: api }
    profiles: [admin]
  db:
    extends: { file: common.yml, service: postgres }
  lost: { extends: { service: nobody }, image: x }
`,
      "common.yml": `services:
  postgres:
    image: postgres
    healthcheck: { test: [CMD, pg_isready, -U, it's me], start_interval: 500ms }
`,
      "docker-compose.override.yml": `services:
  api: { ports: ["9229:9229"] }
  mail: { image: mailpit, ports: ["8025:8025"] }
`,
    },
    saysNothing: [
      ...OF_COMPOSE,
      "services.api.ports.0.host_ip",
      "services.api.ports.0.protocol",
      "services.api.depends_on.db.condition",
      /^services\.(db|lost|admin)\.extends\.(service|file|zz_stranger)$/,
    ],
  },
  {
    title: "what a README begins with: a database and a cache for development",
    files: {
      "docker-compose.yml": `# docker compose up
services:
  postgres:
    image: postgres:\${PG_VERSION:-17}-alpine
    ports:
      - "5432:5432"
  redis:
    image: redis
    ports: ["6379"]
`,
    },
    saysNothing: [...OF_COMPOSE, /^services\.redis\.ports/],
  },
  {
    title: "a file by another name, with another one included",
    files: {
      "stack.yml": `include: [other.yml]
services:
  "my app":
    image: x
    profiles: [a]
  plain: { image: y, depends_on: [my app], stop_grace_period: soon }
`,
    },
    file: "stack.yml",
    saysNothing: [...OF_COMPOSE, /^services\.my app\.image$/, "include.0"],
  },
  {
    title: "what is wrong here and there",
    files: {
      "compose.yml": `services:
  a:
    image: x
    ports: many
    depends_on: { b: { condition: service_odd } }
    healthcheck: { test: [CMD], interval: often, retries: lots }
    strange: true
  b:
    image: y
    healthcheck: { test: "curl -f http://localhost:\${PORT:+80}/", timeout: 2s }
    ports: ["\${HTTP}:80", "x:y", { target: 1, odd: 2 }]
  c: nothing
`,
    },
    saysNothing: [...OF_COMPOSE, /^services\.b\.ports\.2\./, /^services\.a\.healthcheck/],
  },
];
