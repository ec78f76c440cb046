/** A coding agent, and what it leaves in the environment of what it runs. */
interface AgentMark {
  readonly agent: string;
  /** Names of variables: one of them that is not empty tells of it. */
  readonly names: readonly string[];
  /** Variables that hold the id of its session; ids, never secrets. */
  readonly sessions?: readonly string[];
}

/**
 * From what these programs document or set, as of 2026-11; the more telling first, since one agent may have been started
 * by another. `CURSOR_TRACE_ID` is not among them: that editor sets it in the terminals of people, too.
 */
const MARKS: readonly AgentMark[] = [
  {
    agent: "codex",
    names: ["CODEX_THREAD_ID", "CODEX_SANDBOX", "CODEX_SANDBOX_NETWORK_DISABLED", "CODEX_CI"],
    sessions: ["CODEX_THREAD_ID"],
  },
  { agent: "gemini", names: ["GEMINI_CLI"] },
  { agent: "cursor", names: ["CURSOR_AGENT"] },
  { agent: "copilot", names: ["COPILOT_CLI"] },
  { agent: "opencode", names: ["OPENCODE"] },
  {
    agent: "claude",
    names: ["CLAUDECODE", "CLAUDE_CODE_SESSION_ID"],
    sessions: ["CLAUDE_CODE_SESSION_ID"],
  },
];

const LONGEST_SESSION = 128;

/** Every variable that tells of an agent. */
export const AGENT_VARIABLES: readonly string[] = [
  "IMP_OWNER",
  ...MARKS.flatMap(({ names }) => names),
  "CLAUDE_CODE_ENTRYPOINT",
];

/** An agent that calls. */
export interface FoundAgent {
  readonly agent: string;
  /** The id of its session, where it tells one. */
  readonly session?: string;
  /** The variables that told of it. */
  readonly names: readonly string[];
}

/** The coding agent that an environment tells of, if it does; of the values only ids of sessions are looked at. */
export function findAgent(env: (name: string) => string | undefined): FoundAgent | undefined {
  for (const { agent, names, sessions = [] } of MARKS) {
    if (!names.some((name) => env(name))) continue;
    const session = sessions.map(env).find((id) => id && isSessionId(id));
    return { agent, names, ...session && { session } };
  }
  return undefined;
}

function isSessionId(text: string): boolean {
  return text.length <= LONGEST_SESSION && /^[\w.:@+-]+$/.test(text);
}
