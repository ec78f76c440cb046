/** The official SDKs' clients of MCP, of both of its lines, as one: each speaks to `imp mcp` over stdio. */
import { Client as NewClient } from "@modelcontextprotocol/client";
import { StdioClientTransport as NewTransport } from "@modelcontextprotocol/client/stdio";
import { Client as OldClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as OldTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import type { Box } from "./box.ts";

/** What is asked of a call beside its arguments. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly onprogress?: (progress: { progress: number; message?: string | undefined }) => void;
}

/** What a tool has answered. */
export interface CallResult {
  readonly text: string;
  // deno-lint-ignore no-explicit-any
  readonly data: any;
  readonly isError: boolean;
}

/** A client of an SDK that is connected. */
export interface SdkClient extends AsyncDisposable {
  /** The tools, as they are listed. */
  tools(): Promise<{ name: string }[]>;
  call(name: string, args?: object, options?: CallOptions): Promise<CallResult>;
  /** The version that was agreed on. */
  version(): string | undefined;
}

/** Which SDK, and by which era it is told to speak. */
export const SDK_KINDS = ["v1", "v2 with initialize", "v2 without"] as const;
type SdkKind = (typeof SDK_KINDS)[number] | "v2 that finds out";

const INFO = { name: "imp-tests", version: "1" };

/** Connects a client to a server of its own, in the box's project. */
export async function connectSdk(kind: SdkKind, box: Box): Promise<SdkClient> {
  const [command, ...args] = box.executable.command;
  const server = {
    ...{ command: command!, args: [...args, "mcp"], env: { ...box.env }, cwd: box.project },
    stderr: "inherit" as const,
  };
  if (kind === "v1") {
    const client = new OldClient(INFO);
    await client.connect(new OldTransport(server));
    // deno-lint-ignore no-explicit-any
    return wrap(client as any, () => undefined);
  }
  const mode = kind === "v2 without"
    ? { pin: "2026-07-28" }
    : kind === "v2 with initialize"
    ? "legacy" as const
    : "auto" as const;
  const client = new NewClient(INFO, { versionNegotiation: { mode } });
  await client.connect(new NewTransport(server));
  // deno-lint-ignore no-explicit-any
  return wrap(client as any, () => (client as any).getNegotiatedProtocolVersion?.());
}

/** What both lines have in common; they differ in the place of the options. */
interface Common {
  listTools(): Promise<{ tools: { name: string }[] }>;
  // deno-lint-ignore no-explicit-any
  callTool(...args: any[]): Promise<any>;
  close(): Promise<void>;
}

function wrap(client: Common, version: () => string | undefined): SdkClient {
  return {
    tools: async () => (await client.listTools()).tools,
    async call(name, args = {}, options = {}) {
      const params = { name, arguments: args };
      const result = client instanceof OldClient
        ? await client.callTool(params, undefined, options)
        : await client.callTool(params, options);
      const [content] = result.content as { text: string }[];
      return {
        text: content!.text,
        data: result.structuredContent,
        isError: result.isError === true,
      };
    },
    version,
    [Symbol.asyncDispose]: () => client.close(),
  };
}
