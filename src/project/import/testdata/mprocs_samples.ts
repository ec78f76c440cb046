import type { Sample } from "./sample.ts";

export const MPROCS_SAMPLES: readonly Sample[] = [
  {
    title: "short forms, and a block for the shell with Windows line ends",
    files: {
      "mprocs.yaml": `# our stack
procs:
  css: tailwindcss --watch
  shell: [bash, -l, "a b"]
  api:
    cwd: ./apps/api/
    shell: |
      until pg_isready -q; do sleep 1; done
      set -a && . ./.env && set +a

      exec npm run dev -- --open "$HOST"
    stop: SIGINT
    env:
      NODE_ENV: development
      PORT: 3000
      DATABASE_URL: "postgres://u:p$1@localhost/db"
hide_keymap_window: true
`.replaceAll("\n", "\r\n"),
    },
    saysNothing: ["hide_keymap_window"],
  },
  {
    title: "systems apart, and paths from the file",
    files: {
      "mprocs.yml": `
procs:
  open:
    shell: { $select: os, windows: "start .", macos: "open .", $else: xdg-open . }
    autostart: false
  tool:
    cmd: [tool, --dir, "$HOME"]
    cwd: <CONFIG_DIR>/tools
    add_path: [<CONFIG_DIR>/node_modules/.bin, /opt/bin]
    env:
      MODE: { $select: os, linux: l, macos: m }
      DEBUG: null
`,
    },
    env: { PATH: "/bin" },
    saysNothing: [/\.\$select$/],
  },
  {
    title: "what comes first, what comes again, and how each is stopped",
    files: {
      "mprocs.yaml": `
procs:
  db: { shell: docker compose up db, stop: { cmd: docker compose stop db } }
  api: { shell: go run ., deps: [db], autorestart: true, autostart: true, stop: hard-kill }
  tui: { cmd: [vim], stop: { send-keys: [<Esc>, ":q", <Enter>] }, log: ./logs }
  gone: null
on_all_finished: { c: quit }
keymap_procs: { reset: true, <C-q>: { c: quit } }
`,
    },
    saysNothing: [
      "procs.api.autostart",
      "procs.gone",
      /^(keymap_procs|on_all_finished\.|procs\.tui\.(log|stop\.send-keys\.))/,
    ],
  },
  {
    title: "JSON",
    files: {
      "mprocs.json": `{
  "procs": { "web server": { "cmd": ["python3", "-m", "http.server"], "shell": "x" }, "web-server": "y" },
  "server": "127.0.0.1:4050", "scrollback": 5000
}`,
    },
    saysNothing: ["server", "scrollback", /^procs\.web server\.cmd\./],
  },
  {
    title: "keys that mprocs takes no notice of, and anchors",
    files: {
      "dekit.yaml": `
x-rust: &rust { env: { RUST_LOG: info }, restart: always }
procs:
  server: { <<: *rust, shell: cargo run -p server }
  identity: { <<: *rust, shell: cargo run -p identity, depends_on: [server, nobody] }
  empty: { autostart: false }
`,
    },
    saysNothing: [/^x-rust/, "procs.empty.autostart"],
  },
];
