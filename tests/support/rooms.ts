/** The rooms of the code, and what each may know. */
import type { Room } from "./architecture_rules.ts";

/** Packages that compute and do no I/O. */
const PURE = ["@std/encoding/", "@std/path", "@std/path/"];
const PARSERS = ["@std/jsonc/", "smol-toml", "@std/yaml/"];

/** What nearly every command needs: its world, and the words of what it prints. */
const COMMANDS = ["commands/frame", "commands/output"];

/** All of the platform, and of what reads a run's files. */
const PLATFORM = ["base", "platform", "platform/"];
const READS_JOBS = ["daemon/jobs", "daemon/runs", "daemon/secrets"];
/** What a daemon of any program stands on. */
const LIVES = [...PLATFORM, "protocol", "config", "facts", "lifecycle"];
const ZOD = "zod/mini";

/**
 * The floors, from the ground up. A file imports from its own room and from those named here; `room/` means every room
 * below it.
 */
export const ROOMS: Readonly<Record<string, Room>> = {
  base: { rooms: [], packages: [] },
  // What a process, a socket or a run is made of is known to the rooms below, never the other way round.
  platform: {
    rooms: ["base"],
    packages: ["node:sqlite", "node:process", ...PURE],
  },
  "platform/processes": { rooms: ["base", "platform"], packages: PURE },
  // Deno's own TLS cannot be told to take any certificate.
  "platform/sockets": { rooms: ["base", "platform"], packages: ["node:https", ...PURE] },
  "platform/spawn": { rooms: ["base", "platform", "platform/processes"], packages: PURE },
  // What happens in directories, whoever wants to know.
  "platform/watching": { rooms: ["base", "platform"], packages: PURE },
  protocol: { rooms: ["base"], packages: [ZOD, ...PURE] },
  // How a job looks to people, wherever they see it.
  view: { rooms: ["base", "protocol"], packages: [] },
  config: { rooms: ["base", "platform"], packages: [ZOD, ...PARSERS, ...PURE] },
  project: {
    rooms: ["base", "platform", "protocol", "config"],
    packages: [ZOD, "yaml", "smol-toml", ...PURE],
  },
  // Knows how a project file looks, which knows nothing of other tools.
  "project/import": {
    rooms: ["base", "platform", "config", "project"],
    packages: ["yaml", ...PURE],
  },
  // Pure, and knows what is declared, not how it is written.
  "project/export": {
    rooms: ["base", "protocol", "project"],
    packages: ["yaml", ...PURE],
  },
  // Not for messages: a record is checked by the meaning that its values had in a request.
  store: { rooms: ["base", "platform", "protocol"], packages: [ZOD, ...PURE] },
  facts: { rooms: [...PLATFORM, "protocol", "store"], packages: [ZOD, ...PURE] },
  text: { rooms: ["base"], packages: ["string-width"] },
  logs: { rooms: ["base", "platform"], packages: PURE },
  lifecycle: { rooms: [...PLATFORM, "facts"], packages: PURE },
  "daemon/secrets": { rooms: ["base"], packages: [] },
  // Knows one run and its processes, and no job.
  "daemon/runs": { rooms: [...PLATFORM, "store", "logs", "lifecycle"], packages: PURE },
  "daemon/jobs": {
    rooms: [
      ...PLATFORM,
      "protocol",
      "config",
      "store",
      "facts",
      "logs",
      "lifecycle",
      "daemon/runs",
      "daemon/readiness",
      "daemon/watching",
      "daemon/schedules",
      "daemon/secrets",
    ],
    packages: PURE,
  },
  // Knows how one talks to clients and runs commands for them, and nothing of what is talked about.
  "rpc/server": { rooms: LIVES, packages: PURE },
  // Knows what a program is of which nothing is known but that it handles commands.
  rpc: { rooms: [...LIVES, "client", "rpc/server"], packages: PURE },
  "daemon/execs": {
    rooms: [...LIVES, "rpc/server", "daemon/runs"],
    packages: PURE,
  },
  // Knows how one looks whether something serves, and neither jobs nor who wants to know.
  "daemon/readiness": {
    rooms: ["base", "platform", "platform/sockets", "protocol", "logs"],
    packages: [],
  },
  // Knows which files have changed, and neither jobs nor what follows.
  "daemon/watching": {
    rooms: ["base", "platform", "platform/watching"],
    packages: ["ignore", ...PURE],
  },
  // Knows when something is to be, and not what.
  "daemon/schedules": { rooms: ["base", "protocol"], packages: ["croner"] },
  // Reads jobs, which know nothing of it.
  "daemon/status": {
    rooms: [...PLATFORM, "protocol", "config", "facts", "lifecycle", "rpc/server", ...READS_JOBS],
    packages: PURE,
  },
  // Knows jobs, which know nothing of it, and neither clients nor settings.
  "daemon/projects": {
    rooms: ["base", "platform", "protocol", "store", "daemon/jobs", "daemon/runs"],
    packages: [],
  },
  "daemon/handlers": {
    rooms: [
      ...PLATFORM,
      "protocol",
      "config",
      "store",
      "lifecycle",
      "daemon/projects",
      "rpc/server",
      "daemon/execs",
      ...READS_JOBS,
    ],
    packages: PURE,
  },
  // Puts all of them together.
  daemon: {
    rooms: [
      ...PLATFORM,
      "protocol",
      "config",
      "store",
      "facts",
      "lifecycle",
      "rpc/server",
      "daemon/",
    ],
    packages: PURE,
  },
  client: { rooms: [...PLATFORM, "protocol", "facts", "logs"], packages: PURE },
  service: { rooms: ["base", "platform"], packages: PURE },
  // Replaces the executable, and talks to daemons only by starting it.
  upgrade: { rooms: PLATFORM, packages: PURE },
  // A protocol, without a transport and without jobs.
  mcp: { rooms: ["base", "protocol"], packages: [ZOD] },
  tui: {
    rooms: ["base", "text", "protocol", "view", "client", "logs", "tui/panels"],
    packages: ["ink", "react", ...PURE],
  },
  "tui/panels": { rooms: ["base", "text", "protocol", "view", "tui"], packages: ["ink", "react"] },
  // HTTP and who may ask, without jobs.
  web: { rooms: ["base"], packages: [ZOD] },
  // For browsers.
  "web/page": { rooms: ["base", "text", "protocol", "view"], packages: ["uplot"] },
  // What every command stands on: it prints nothing of its own accord but notes.
  "commands/frame": {
    rooms: [
      "docs/output.schema.json",
      ...PLATFORM,
      "protocol",
      "config",
      "project",
      "project/import",
      "facts",
      "logs",
      "client",
      "service",
      "daemon/jobs",
    ],
    packages: PURE,
  },
  "commands/output": {
    rooms: ["base", "protocol", "view", "project", "text", "logs", "commands/frame"],
    packages: PURE,
  },
  "commands/following": {
    rooms: ["base", "protocol", "view", "text", "logs", "client", ...COMMANDS],
    packages: PURE,
  },
  "commands/attach": {
    rooms: [
      "base",
      "platform",
      "protocol",
      "view",
      "text",
      "logs",
      "client",
      ...COMMANDS,
      "commands/following",
    ],
    packages: [],
  },
  // What `up` asks for, and what becomes of it.
  "commands/project": {
    rooms: [
      "base",
      "platform",
      "protocol",
      "view",
      "project",
      "project/import",
      "config",
      "client",
      ...COMMANDS,
      "commands/following",
    ],
    packages: [],
  },
  // What the screen has others do: commands, the pager, all about a job.
  "commands/screen": {
    rooms: ["base", "platform", "client", ...COMMANDS, "commands/why"],
    packages: [],
  },
  // What a model can do: each tool as a command does it.
  "commands/mcp": {
    rooms: [
      "base",
      "platform",
      "protocol",
      "view",
      "project",
      "logs",
      "client",
      "mcp",
      ...COMMANDS,
      "commands/following",
      "commands/project",
      "commands/why",
    ],
    packages: [],
  },
  // What the page asks for, done as commands do it.
  "commands/web": {
    rooms: ["base", "platform", "platform/sockets", "protocol", "client", "web", ...COMMANDS],
    packages: ["@std/encoding/"],
  },
  "commands/agent": { rooms: ["base", "platform", "config", "project"], packages: [] },
  "commands/doctor": {
    rooms: [...PLATFORM, "protocol", "config", "facts", "logs", "service", ...COMMANDS],
    packages: PURE,
  },
  // Why a job is as it is.
  "commands/why": {
    rooms: [...PLATFORM, "protocol", "view", "text", "logs", ...COMMANDS],
    packages: [],
  },
  commands: {
    rooms: [
      ...PLATFORM,
      "protocol",
      "view",
      "config",
      "project",
      "project/import",
      "project/export",
      "docs/imp.schema.json",
      "facts",
      "text",
      "logs",
      "client",
      "service",
      "upgrade",
      "tui",
      "daemon",
      "commands/",
    ],
    packages: PURE,
  },
  "src/cli.ts": { rooms: ["base", "platform", "commands", "commands/frame"], packages: [] },
  "main.ts": { rooms: ["src/cli.ts"], packages: [] },
};
