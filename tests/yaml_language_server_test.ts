/**
 * What an editor makes of docs/imp.schema.json, by the server that most have for YAML. It is no dependency of ours: it is
 * tried where it is on the PATH, as after `npm install --global yaml-language-server`.
 */
import { assert, assertEquals } from "@std/assert";
import { within } from "../src/base/clock.ts";
import { systemClock } from "../src/platform/system_clock.ts";
import { areThere } from "./support/programs.ts";

const SCHEMA = new URL("../docs/imp.schema.json", import.meta.url);
const SERVER = "yaml-language-server";
const DEADLINE_MS = 60_000;

/** A mistake as the server tells it, its place counted from 0. */
interface Diagnostic {
  readonly message: string;
  readonly range: { readonly start: { readonly line: number; readonly character: number } };
}

// deno-lint-ignore no-explicit-any
type Message = any;

/** The server, with which one project file is open. */
class Editor implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reading: Promise<void>;
  readonly #replies = new Map<number, (result: Message) => void>();
  readonly #told = Promise.withResolvers<Diagnostic[]>();
  #id = 0;

  constructor() {
    const command = new Deno.Command(SERVER, {
      args: ["--stdio"],
      stdin: "piped",
      stdout: "piped",
    });
    this.#process = command.spawn();
    this.#writer = this.#process.stdin.getWriter();
    this.#reading = this.#read();
  }

  /** Opens a file that names our schema; `|` is where the cursor is. Returns what is offered there. */
  async complete(text: string): Promise<string[]> {
    const before = text.slice(0, text.indexOf("|")).split("\n");
    await this.#open(text.replace("|", ""));
    const { items } = await this.#ask("textDocument/completion", {
      textDocument: { uri: URI },
      position: { line: before.length, character: before.at(-1)!.length },
    });
    return items.map(({ label }: { label: string }) => label);
  }

  /** What is wrong with a file: the line, from 1, and what is said. */
  async check(text: string): Promise<[number, string][]> {
    await this.#open(text);
    const told = await within(systemClock, DEADLINE_MS, this.#told.promise);
    assert(told !== "late");
    // The first line is ours.
    return told.map(({ message, range }) => [range.start.line, message]);
  }

  async #open(text: string): Promise<void> {
    await this.#ask("initialize", { processId: null, rootUri: null, capabilities: {} });
    await this.#send({ method: "initialized", params: {} });
    const textDocument = {
      ...{ uri: URI, languageId: "yaml", version: 1 },
      text: `# yaml-language-server: $schema=${SCHEMA.href}\n${text}`,
    };
    await this.#send({ method: "textDocument/didOpen", params: { textDocument } });
  }

  async #ask(method: string, params: unknown): Promise<Message> {
    const id = ++this.#id;
    const { promise, resolve } = Promise.withResolvers<Message>();
    this.#replies.set(id, resolve);
    await this.#send({ id, method, params });
    const reply = await within(systemClock, DEADLINE_MS, promise);
    assert(reply !== "late", method);
    return reply;
  }

  async #send(message: object): Promise<void> {
    const body = new TextEncoder().encode(JSON.stringify({ jsonrpc: "2.0", ...message }));
    const head = new TextEncoder().encode(`Content-Length: ${body.length}\r\n\r\n`);
    await this.#writer.write(head);
    await this.#writer.write(body);
  }

  async #read(): Promise<void> {
    let rest = new Uint8Array(0);
    for await (const chunk of this.#process.stdout) {
      rest = new Uint8Array([...rest, ...chunk]);
      for (;;) {
        const [head, length] =
          /^[^]*?Content-Length: (\d+)[^]*?\r\n\r\n/.exec(new TextDecoder("latin1").decode(rest)) ??
            [];
        if (head === undefined || rest.length < head.length + Number(length)) break;
        const end = head.length + Number(length);
        await this.#take(JSON.parse(new TextDecoder().decode(rest.subarray(head.length, end))));
        rest = rest.slice(end);
      }
    }
  }

  async #take({ id, method, params, result }: Message): Promise<void> {
    if (method === undefined) return this.#replies.get(id)?.(result);
    if (method === "textDocument/publishDiagnostics") this.#told.resolve(params.diagnostics);
    // What it asks of us, such as its configuration, it does without.
    if (id === undefined) return;
    const items = (params?.items as unknown[] | undefined)?.map(() => null) ?? null;
    await this.#send({ id, result: items });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer.close();
    this.#process.kill("SIGKILL");
    await this.#process.status;
    await this.#reading;
  }
}

const URI = "file:///shop/imp.yaml";
const ignore = !await areThere([SERVER]);

Deno.test({
  name: "an editor offers the keys of a job where one stands, and of its probe",
  ignore,
  async fn() {
    await using editor = new Editor();
    const keys = await editor.complete("jobs:\n  api:\n    command: npm run dev\n    |\n");
    for (const key of ["cwd", "depends_on", "ready", "health", "ports", "restart", "task"]) {
      assert(keys.includes(key), `${key} is not in ${keys}`);
    }
    assert(!keys.includes("command"), "it is there");
    await using other = new Editor();
    const probe = await other.complete("jobs:\n  api:\n    command: x\n    ready:\n      |\n");
    for (const key of ["http", "tcp", "log", "within"]) assert(probe.includes(key), `${probe}`);
  },
});

Deno.test({
  name:
    "an editor tells unknown keys and wrong values of a project file, and nothing of one that is right",
  ignore,
  async fn() {
    const wrong = "jobs:\n  api:\n    comand: x\n    command: y\n    restart: maybe\nnmae: shop\n";
    await using editor = new Editor();
    const told = await editor.check(wrong);
    assertEquals(told.map(([line]) => line).sort(), [3, 5, 6], JSON.stringify(told));
    const page = await Deno.readTextFile(new URL("../docs/project.md", import.meta.url));
    for (const [, text] of page.matchAll(/^```yaml\n([^]*?)^```$/gm)) {
      await using right = new Editor();
      assertEquals(await right.check(text!), []);
    }
  },
});
