import { toErrorShape } from "../base/app_error.ts";
import { type Call, type CallName, CALLS, Login } from "./calls.ts";
import { openDoor, Refusal, SAFE_HEADERS } from "./door.ts";
import type { PageFile } from "./page_file.ts";
import { readBody } from "./read_body.ts";
import { SessionKeys, type SessionKeysOptions } from "./session_keys.ts";
import { streamLines, type WriteText } from "./stream_lines.ts";

/** Does what is asked for. */
export interface CallHandler {
  /** Resolves with the answer as JSON. @throws AppError */
  answer(call: Call): Promise<string>;
  /** Writes lines of JSON until it is done, or aborted. @throws AppError */
  stream(call: Call, write: WriteText, signal: AbortSignal): Promise<void>;
}

/** Options of {@linkcode PageServer}. */
export interface PageServerOptions extends SessionKeysOptions {
  /** The files of the page by their path, packed. */
  readonly files: () => Promise<ReadonlyMap<string, PageFile>>;
  readonly calls: CallHandler;
  /** A link was used: whoever wants to open another browser needs another one. */
  readonly onLogin: () => void;
}

const STREAMS: readonly CallName[] = ["watch", "output"];
/** Each holds a connection to a daemon. */
const MOST_STREAMS = 48;

/** Answers requests of HTTP, whoever makes them; keeps who may ask, and how much at a time. */
export class PageServer implements Disposable {
  readonly #options: PageServerOptions;
  readonly #keys: SessionKeys;
  readonly #over = new AbortController();
  #streams = 0;

  constructor(options: PageServerOptions) {
    this.#options = options;
    this.#keys = new SessionKeys(options);
  }

  /** A link to the page, good for one browser. */
  addLink(origin: string): string {
    return `${origin}/#${this.#keys.addToken()}`;
  }

  /** Never rejects: what is wrong is told. */
  async handle(request: Request, origin: string): Promise<Response> {
    try {
      const path = new URL(request.url).pathname;
      const { method, headers } = request;
      const wanted = openDoor({ method, path, header: (name) => headers.get(name) }, origin);
      if ("file" in wanted) return await this.#sendFile(wanted.file, request);
      return await this.#answer(wanted.call, request);
    } catch (error) {
      const status = error instanceof Refusal ? error.status : 422;
      return toResponse(JSON.stringify({ error: toErrorShape(error) }), { status });
    }
  }

  /** Ends all streams. */
  [Symbol.dispose](): void {
    this.#over.abort();
  }

  async #sendFile(path: string, { method, headers }: Request): Promise<Response> {
    const file = (await this.#options.files()).get(path);
    if (file === undefined) throw new Refusal(404, "web.not_found", "There is no such file here");
    const isPacked = /\bgzip\b/.test(headers.get("accept-encoding") ?? "");
    const body = isPacked ? file.packed : await file.unpack();
    return new Response(method === "HEAD" ? null : body, {
      headers: {
        ...SAFE_HEADERS,
        "content-type": file.type,
        "content-length": String(body.length),
        ...isPacked && { "content-encoding": "gzip" },
        vary: "accept-encoding",
      },
    });
  }

  async #answer(name: string, request: Request): Promise<Response> {
    if (name === "login") {
      const { token } = await readBody(request, Login);
      const key = this.#keys.exchange(token);
      this.#options.onLogin();
      return toResponse(JSON.stringify({ key }));
    }
    this.#keys.expectKey(request.headers.get("authorization"));
    if (!isCall(name)) throw new Refusal(404, "web.not_found", "Nothing is called so here");
    // The schema is that of the name, which the type cannot tell.
    const call = { name, payload: await readBody<unknown>(request, CALLS[name]) } as Call;
    const { calls } = this.#options;
    if (!STREAMS.includes(name)) return toResponse(await calls.answer(call));
    return this.#stream((write, signal) => calls.stream(call, write, signal));
  }

  #stream(run: (write: WriteText, signal: AbortSignal) => Promise<void>): Response {
    if (this.#streams >= MOST_STREAMS) {
      throw new Refusal(503, "web.too_many", "Too many look on at a time", "Close some pages");
    }
    this.#streams++;
    const { body, done } = streamLines(run, this.#over.signal);
    done.finally(() => this.#streams--);
    return toResponse(body, { type: "application/x-ndjson" });
  }
}

function isCall(name: string): name is CallName {
  return Object.hasOwn(CALLS, name);
}

function toResponse(
  body: string | ReadableStream<Uint8Array<ArrayBuffer>>,
  { status = 200, type = "application/json" } = {},
): Response {
  return new Response(body, { status, headers: { ...SAFE_HEADERS, "content-type": type } });
}
