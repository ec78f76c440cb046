/** Calls that have every command print JSON, each in a world that has something to say. */
import { fixture } from "./fixtures.ts";

/** Calls in the order in which they are made, in a directory with these files. */
export interface JsonCalls {
  readonly about: string;
  readonly files: Readonly<Record<string, string>>;
  readonly calls: readonly (readonly string[])[];
}

const HOLD = fixture("hold.sh");
const PROJECT = `jobs:
  db: { command: "sleep 1000000", ready: { delay: 0s }, groups: [web] }
  once: { command: "true", task: true, depends_on: [db] }
`;

/** What goes on until something ends it, or takes a release: the tests that have it print JSON. */
export const JSON_ELSEWHERE: Readonly<Record<string, string>> = {
  events: "tests/integration/events_test.ts",
  upgrade: "tests/e2e/upgrade_test.ts",
  web: "tests/support/page_client.ts",
};

/** All others. */
export const JSON_CALLS: readonly JsonCalls[] = [
  {
    about: "jobs",
    files: {},
    calls: [
      ["list", "--json"],
      ["run", "--json", "--", "sh", "-c", "echo out; echo err >&2; exit 3"],
      ["add", "--json", "--name", "held", "--stdin", "--", ...HOLD],
      ["add", "--json", "--name", "held", "--description", "d", "--stdin", "--", ...HOLD],
      ["start", "--json", "held"],
      ["restart", "--json", "held"],
      ["set", "--json", "held", "--env", "A=1", "--restart", "always"],
      ["keep", "--json", "--lease", "1h", "held"],
      ["rename", "--json", "held", "kept"],
      ["signal", "--json", "CONT", "kept"],
      ["send", "--json", "kept", "hello"],
      ["wait", "--json", "--for", "running", "kept"],
      ["show", "--json", "kept"],
      ["list", "--json"],
      ["list", "--all", "--json"],
      ["why", "--json"],
      ["why", "--json", "kept"],
      ["ports", "--json"],
      ["ports", "--json", "--port", "1"],
      ["stop", "--json", "--all"],
      ["remove", "--json", "kept"],
      ["cleanup", "--json"],
      ["nuke", "--json"],
    ],
  },
  {
    about: "output",
    files: {},
    calls: [
      ["run", "--json", "--name", "said", "--", "sh", "-c", "seq 1 50; echo err >&2"],
      ["logs", "--json", "said"],
      ["stdout", "--json", "said", "--cursor", "", "--max-lines", "6"],
      ["stderr", "--json", "said"],
      ["wait", "--json", "said", "--output", "^50$"],
      ["exec", "--json", "--", "sh", "-c", "echo a; exit 2"],
      ["attach", "--json", "said"],
      ["set", "--json", "said", "--", "sh", "-c", "seq 1 40; echo new >&2; exit 3"],
      ["run", "--json", "said"],
      ["diff", "--json", "said"],
      ["diff", "--json", "said", "1", "1"],
    ],
  },
  {
    about: "a project",
    files: { "imp.yaml": PROJECT, "sub/package.json": '{"scripts":{"dev":"sleep 1"}}' },
    calls: [
      ["check", "--json"],
      ["graph", "--json"],
      ["graph", "--json", "--mermaid"],
      ["export", "--json", "procfile"],
      ["import", "--json", "sub"],
      ["trust", "--json", "--yes"],
      ["trust", "--json", "--list"],
      ["trust", "--json", "--revoke"],
      ["up", "--json", "--dry-run"],
      ["up", "--json"],
      ["reload", "--json"],
      ["daemon", "reload", "--json"],
      ["add", "--json", "--name", "tried", "--", "true"],
      ["save", "--json", "tried", "--dry-run"],
      ["save", "--json", "tried"],
      ["down", "--json", "--rm"],
    ],
  },
  {
    about: "the daemon, and imp itself",
    files: {},
    calls: [
      ["overview", "--json"],
      ["daemon", "start", "--json"],
      ["daemon", "restart", "--json"],
      ["ping", "--json"],
      ["overview", "--json"],
      ["status", "--json"],
      ["daemon", "status", "--json"],
      ["daemon", "logs", "--json"],
      ["daemon", "list", "--json"],
      ["config", "--json"],
      ["doctor", "--json"],
      ["enable", "--print", "--json"],
      ["disable", "--json"],
      ["daemon", "stop", "--json"],
      ["daemon", "run", "--detach", "--json"],
      ["init", "--json"],
      ["schema", "--json"],
      ["schema", "list", "--json"],
      ["completion", "bash", "--json"],
      ["version", "--json"],
      ["agent", "install", "claude", "--json"],
      ["agent", "install", "claude", "--print", "--json"],
      ["agent", "instructions", "--json"],
      ["agent", "instructions", "--write", "--json"],
      ["help", "--json"],
      ["help", "run", "--json"],
      ["daemon", "stop", "--json"],
    ],
  },
];
