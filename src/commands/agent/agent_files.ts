import type { NamedTable } from "../../project/insert_json_table.ts";

/** Where an agent reads which servers there are. */
interface AgentFile {
  /** From the project's directory. */
  readonly project: string;
  /** From the home of the user. */
  readonly user: string;
  readonly within: string;
  /** Beside the command. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** As the agents' own pages have it, in 2026-11. */
const FILES = {
  claude: { project: ".mcp.json", user: ".claude.json", within: "mcpServers" },
  codex: {
    project: ".codex/config.toml",
    user: ".codex/config.toml",
    within: "mcp_servers",
  },
  cursor: { project: ".cursor/mcp.json", user: ".cursor/mcp.json", within: "mcpServers" },
  vscode: {
    project: ".vscode/mcp.json",
    user: ".config/Code/User/mcp.json",
    within: "servers",
    extra: { type: "stdio" },
  },
  gemini: {
    project: ".gemini/settings.json",
    user: ".gemini/settings.json",
    within: "mcpServers",
  },
} as const satisfies Readonly<Record<string, AgentFile>>;

/** An agent that imp can be told to. */
export type AgentName = keyof typeof FILES;

/** Every {@linkcode AgentName}. */
export const AGENT_NAMES = Object.keys(FILES) as AgentName[];

/** The file of an agent, below the project's directory or the user's home, and what is to be in it. */
export function agentFile(
  agent: AgentName,
  { scope, dir }: { readonly scope: "project" | "user"; readonly dir: string },
): { readonly path: string; readonly server: NamedTable } {
  const file: AgentFile = FILES[agent];
  const table = { ...file.extra, command: "imp", args: ["mcp"] };
  return { path: `${dir}/${file[scope]}`, server: { within: file.within, name: "imp", table } };
}
