import type { Call } from "../../web/calls.ts";
import type { CallHandler } from "../../web/page_server.ts";
import type { WriteText } from "../../web/stream_lines.ts";
import type { CommandContext } from "../frame/command.ts";
import { describeJob } from "./describe_job.ts";
import { listProjects } from "./list_projects.ts";
import { paced } from "./paced.ts";
import { runWords } from "./run_words.ts";
import { watchProject } from "./watch_project.ts";

/** Longer than any of these takes, with the time that a stop gives. */
const NEVER = new AbortController().signal;

/** What the page asks for, done as the command of imp does it that a user would type. */
export class PageCalls implements CallHandler {
  readonly #ctx: CommandContext;

  constructor(ctx: CommandContext) {
    this.#ctx = ctx;
  }

  async answer(call: Call): Promise<string> {
    if (call.name === "projects") {
      const projects = await listProjects(this.#ctx);
      return JSON.stringify({ projects, daemon_id: this.#ctx.daemonId });
    }
    if (call.name === "details") {
      return JSON.stringify({ result: await describeJob(this.#ctx, call.payload) });
    }
    let text = "";
    const decoder = new TextDecoder();
    const write = (data: string | Uint8Array) => {
      text += typeof data === "string" ? data : decoder.decode(data, { stream: true });
      return Promise.resolve();
    };
    // What was begun is not left half done by a page that goes.
    const code = await runWords({ ctx: this.#ctx, signal: NEVER, write }, wordsOf(call));
    return `{"exit_code":${code},"result":${text.trim() || "null"}}`;
  }

  async stream(call: Call, write: WriteText, signal: AbortSignal): Promise<void> {
    if (call.name === "watch") {
      await watchProject({ ctx: this.#ctx, signal, write }, call.payload);
    } else {
      const { clock } = this.#ctx;
      const slowly = paced(write, { clock, signal });
      await runWords({ ctx: this.#ctx, signal, write: slowly }, wordsOf(call));
    }
  }
}

/** What a user would type. */
function wordsOf(call: Call): string[] {
  const { name } = call;
  if (name === "projects" || name === "watch" || name === "details") {
    throw new TypeError("no command");
  }
  const { project, job } = call.payload;
  const words = [name === "output" ? "logs" : name, "--json", `--daemon-id=${project}`];
  if (call.name === "signal") words.push(call.payload.signal);
  if (call.name === "output") {
    const { run, lines, follow, pattern } = call.payload;
    words.push(`--lines=${lines}`);
    if (run !== undefined) words.push(`--run=${run}`);
    if (follow) words.push("--follow");
    if (pattern !== undefined) words.push(`--grep=${pattern}`);
  }
  return [...words, job];
}
