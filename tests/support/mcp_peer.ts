/** A client of `imp mcp` that can also say what no client should: lines in, messages out. */
import type { Box, BoxCommandOptions } from "./box.ts";
import type { TestProcess } from "./process.ts";

// deno-lint-ignore no-explicit-any
export type Answer = any;

/** What a request of the stateless revision says of itself. */
export const MODERN_META = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientCapabilities": {},
};

/** The same of a client that can be given tasks. */
export const TASKS_META = {
  ...MODERN_META,
  "io.modelcontextprotocol/clientCapabilities": {
    extensions: { "io.modelcontextprotocol/tasks": {} },
  },
};

/** Speaks to one server, which is ended with the scope. */
export class McpPeer implements AsyncDisposable {
  readonly process: TestProcess;
  readonly #meta: object | undefined;
  #lastId = 0;

  /** `meta` is what each request carries, unless it says so itself. */
  constructor(box: Box, { meta, ...options }: BoxCommandOptions & { meta?: object } = {}) {
    this.process = box.startImp(["mcp"], options);
    this.#meta = meta;
  }

  /** Begins a session, and tells which version it has. */
  async initialize(protocolVersion = "2025-11-25"): Promise<string> {
    const clientInfo = { name: "test", version: "1" };
    const params = { protocolVersion, capabilities: {}, clientInfo };
    const { result } = await this.ask("initialize", params);
    await this.send({ jsonrpc: "2.0", method: "notifications/initialized" });
    return result.protocolVersion;
  }

  /** Writes a message, or any text, as one line. */
  async send(message: object | string): Promise<void> {
    const text = typeof message === "string" ? message : JSON.stringify(message);
    await this.process.write(`${text}\n`);
  }

  /** Asks and does not wait for the answer; resolves with the id. */
  async begin(method: string, params: object = {}): Promise<number> {
    const id = ++this.#lastId;
    const withMeta = { ...this.#meta && { _meta: this.#meta }, ...params };
    await this.send({ jsonrpc: "2.0", id, method, params: withMeta });
    return id;
  }

  /** The answer to a question, when it is there. */
  async answerTo(id: number | string): Promise<Answer> {
    const line = new RegExp(
      `^\\{"jsonrpc":"2.0","id":${RegExp.escape(JSON.stringify(id))},.*$`,
      "m",
    );
    const text = await this.process.waitForStdout(new RegExp(`${line.source}\\n`, "m"));
    return JSON.parse(line.exec(text)![0]);
  }

  /** Asks, and resolves with the whole answer. */
  async ask(method: string, params: object = {}): Promise<Answer> {
    return await this.answerTo(await this.begin(method, params));
  }

  /** Calls a tool, and resolves with its result. */
  async call(name: string, args: object = {}): Promise<Answer> {
    const { result, error } = await this.ask("tools/call", { name, arguments: args });
    if (error) throw new Error(`${error.code}: ${error.message}`);
    return result;
  }

  /** All that the server has said, message by message; fails where anything else is among it. */
  get said(): Answer[] {
    const lines = this.process.stdout.text.split("\n");
    if (lines.at(-1) !== "") throw new Error("The last message has no end");
    return lines.slice(0, -1).map((line) => JSON.parse(line));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.process[Symbol.asyncDispose]();
  }
}
