/** Talks to `imp web` as its page does, and as somebody else would. */
import { assert } from "@std/assert";
import type { Box } from "./box.ts";
import type { TestProcess } from "./process.ts";

/** Headers of a raw request; undefined leaves one out that is there otherwise. */
export type RawHeaders = Readonly<Record<string, string | undefined>>;

/** An `imp web` that runs, and a page that is logged in; `await using` ends it. */
export async function openPageClient(
  box: Box,
  web: TestProcess = box.startImp(["web", "--json"]),
): Promise<PageClient> {
  const text = await web.waitForStdout(/"type":"link".*\n/);
  const client = new PageClient(web, JSON.parse(text.split("\n")[0]!).url);
  await client.login();
  return client;
}

/** See {@linkcode openPageClient}. */
export class PageClient implements AsyncDisposable {
  readonly web: TestProcess;
  readonly url: string;
  readonly origin: string;
  readonly token: string;
  #key = "";

  constructor(web: TestProcess, url: string) {
    this.web = web;
    this.url = url;
    [this.origin, this.token] = url.split("/#") as [string, string];
  }

  async login(): Promise<void> {
    const { status, body } = await this.ask("login", { token: this.token });
    assert(status === 200, body);
    this.#key = JSON.parse(body).key;
  }

  /** Asks as the page does; the headers are added, or taken away. */
  async ask(
    name: string,
    payload: unknown,
    headers: RawHeaders = {},
  ): Promise<{ status: number; body: string }> {
    return await this.raw(`POST /api/${name}`, {
      origin: this.origin,
      "content-type": "application/json",
      authorization: `Bearer ${this.#key}`,
      ...headers,
    }, typeof payload === "string" ? payload : JSON.stringify(payload));
  }

  /** The answer to what has to go well. */
  // deno-lint-ignore no-explicit-any
  async get(name: string, payload: unknown): Promise<any> {
    const { status, body } = await this.ask(name, payload);
    assert(status === 200, `${status} ${body}`);
    return JSON.parse(body);
  }

  /** The status, and the code of the error. */
  async codeOf(name: string, payload: unknown, headers?: RawHeaders): Promise<[number, string]> {
    const { status, body } = await this.ask(name, payload, headers);
    return [status, JSON.parse(body).error?.code ?? "done"];
  }

  /** Lines of a stream, until the reader leaves. */
  // deno-lint-ignore no-explicit-any
  async *lines(name: string, payload: object): AsyncGenerator<any> {
    const response = await fetch(`${this.origin}/api/${name}`, {
      method: "POST",
      headers: {
        origin: this.origin,
        "content-type": "application/json",
        authorization: `Bearer ${this.#key}`,
      },
      body: JSON.stringify(payload),
    });
    let rest = "";
    for await (const text of response.body!.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split("\n");
      rest = lines.pop()!;
      for (const line of lines) yield JSON.parse(line);
    }
  }

  /** Sends what no client of HTTP would. */
  async raw(
    start: string,
    headers: RawHeaders,
    body = "",
  ): Promise<{ status: number; body: string; head: string }> {
    const { host, port, hostname } = new URL(this.origin);
    using connection = await Deno.connect({ hostname, port: Number(port) });
    const all: RawHeaders = {
      host,
      connection: "close",
      "content-length": String(new TextEncoder().encode(body).length),
      ...headers,
    };
    const lines = Object.entries(all).filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name}: ${value}\r\n`);
    const request = `${start} HTTP/1.1\r\n${lines.join("")}\r\n${body}`;
    await connection.write(new TextEncoder().encode(request));
    const answer = await new Response(connection.readable).text();
    const end = answer.indexOf("\r\n\r\n");
    const head = answer.slice(0, end);
    const text = answer.slice(end + 4);
    const isChunked = /^transfer-encoding: chunked/im.test(head);
    return { status: Number(answer.split(" ")[1]), head, body: isChunked ? unchunk(text) : text };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.web[Symbol.asyncDispose]();
  }
}

function unchunk(text: string): string {
  let rest = text;
  let whole = "";
  for (let size = 1; size > 0;) {
    const end = rest.indexOf("\r\n");
    size = parseInt(rest.slice(0, end), 16);
    whole += rest.slice(end + 2, end + 2 + size);
    rest = rest.slice(end + 2 + size + 2);
  }
  return whole;
}
