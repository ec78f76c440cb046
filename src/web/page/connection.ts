/// <reference lib="dom" />
import type { ErrorShape } from "../../base/app_error.ts";

/** What the server says against something. */
export class CallError extends Error {
  readonly code: string;

  constructor({ code, message, hint }: ErrorShape) {
    super(hint === undefined ? message : `${message}. ${hint}`);
    this.code = code;
  }

  /** Whether nothing but a new link helps. */
  get needsLink(): boolean {
    return ["web.no_key", "web.bad_token", "web.used_token"].includes(this.code);
  }
}

const KEY = "imp.key";

/** Talks to `imp web`. The key is this tab's alone, and goes with it. */
export class Connection {
  /** Gets a key for the token in the address, which is taken out of it, or takes the one that this tab has. */
  async login(): Promise<void> {
    const token = location.hash.slice(1);
    history.replaceState(null, "", location.pathname);
    if (token !== "") {
      try {
        const { key } = await this.ask<{ key: string }>("login", { token });
        sessionStorage.setItem(KEY, key);
      } catch (error) {
        // This tab may be the one that has used it.
        if (sessionStorage.getItem(KEY) === null) throw error;
      }
    }
    await this.ask("projects", {});
  }

  /** Asks, and resolves with the answer. @throws CallError */
  async ask<T>(name: string, payload: object): Promise<T> {
    const response = await this.#post(name, payload);
    return await response.json();
  }

  /** Calls `onLine` with each line of an answer that goes on, until its end. @throws CallError */
  async follow(
    name: string,
    payload: object,
    { onLine, signal }: { onLine: (line: StreamLine) => void; signal: AbortSignal },
  ): Promise<void> {
    const { body } = await this.#post(name, payload, signal);
    let rest = "";
    for await (const text of textOf(body!)) {
      const lines = (rest + text).split("\n");
      rest = lines.pop()!;
      for (const line of lines) {
        const value: StreamLine = JSON.parse(line);
        if (value.type === "error") throw new CallError(value.error as ErrorShape);
        onLine(value);
      }
    }
  }

  async #post(name: string, payload: object, signal?: AbortSignal): Promise<Response> {
    const response = await fetch(`/api/${name}`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${sessionStorage.getItem(KEY) ?? ""}`,
      },
      body: JSON.stringify(payload),
      cache: "no-store",
      credentials: "omit",
      ...signal && { signal },
    });
    if (response.ok) return response;
    throw new CallError((await response.json()).error);
  }
}

/** A line of an answer that goes on. */
export interface StreamLine {
  readonly type: string;
  readonly [name: string]: unknown;
}

async function* textOf(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}
