import { assertEquals, assertStringIncludes } from "@std/assert";
import { eventually } from "../../tests/support/eventually.ts";
import { AppError } from "../base/app_error.ts";
import type { Call } from "./calls.ts";
import { PageServer } from "./page_server.ts";
import type { WriteText } from "./stream_lines.ts";

const ORIGIN = "http://127.0.0.1:7007";

/** A server that notes what it is asked for, and a page that has a key. */
async function openServer(stream?: (write: WriteText, signal: AbortSignal) => Promise<void>) {
  const asked: Call[] = [];
  let random = 0;
  const packed = new Uint8Array([1, 2, 3]);
  const unpack = () => Promise.resolve(new TextEncoder().encode("page"));
  const server = new PageServer({
    fillRandom: (bytes) => void bytes.fill(++random),
    files: () => Promise.resolve(new Map([["/", { type: "text/html", packed, unpack }]])),
    calls: {
      answer(call) {
        asked.push(call);
        if (call.name !== "stop") return Promise.resolve('{"done":true}');
        return Promise.reject(new AppError("job.not_found", "No such job", { hint: "imp ls" }));
      },
      stream: (_call, write, signal) => stream!(write, signal),
    },
    onLogin: () => {},
  });
  const ask = async (name: string, body: string, key = "") => {
    const response = await server.handle(
      new Request(`${ORIGIN}/api/${name}`, {
        method: "POST",
        headers: {
          host: "127.0.0.1:7007",
          origin: ORIGIN,
          "content-type": "application/json",
          authorization: `Bearer ${key}`,
        },
        body,
      }),
      ORIGIN,
    );
    return response;
  };
  const token = server.addLink(ORIGIN).split("#")[1]!;
  const { key } = await (await ask("login", JSON.stringify({ token }))).json();
  const codeOf = async (name: string, body: string) => {
    const response = await ask(name, body, key);
    return [response.status, (await response.json()).error.code];
  };
  return { server, asked, ask, key, codeOf };
}

const JOB = { project: "shop-1a2b3c4d", job: "V3x" };

Deno.test("PageServer answers who has a key, and tells what is wrong", async () => {
  const { asked, ask, key } = await openServer();
  const answer = await ask("start", JSON.stringify(JOB), key);
  assertEquals([answer.status, await answer.json()], [200, { done: true }]);
  assertEquals(asked, [{ name: "start", payload: JOB }]);
  assertStringIncludes(answer.headers.get("content-security-policy")!, "default-src 'none'");
  const wrong = await ask("stop", JSON.stringify(JOB), key);
  const error = { code: "job.not_found", message: "No such job", hint: "imp ls" };
  assertEquals([wrong.status, await wrong.json()], [422, { error }]);
  const without = await ask("start", JSON.stringify(JOB));
  assertEquals([without.status, (await without.json()).error.code], [401, "web.no_key"]);
  assertEquals(asked.length, 2);
});

Deno.test("PageServer takes nothing that is not as it is written down", async () => {
  const { asked, codeOf } = await openServer();
  const bad = [400, "web.bad_request"];
  assertEquals(await codeOf("start", "{"), bad);
  assertEquals(await codeOf("start", "[]"), bad);
  for (
    const change of [
      { job: "--all" },
      { job: "a b" },
      { job: "V3x\n" },
      { project: "../x" },
      { project: "A" },
      { more: 1 },
    ]
  ) {
    assertEquals(await codeOf("start", JSON.stringify({ ...JOB, ...change })), bad);
  }
  assertEquals(await codeOf("signal", JSON.stringify({ ...JOB, signal: "--all" })), bad);
  for (const lines of [0, 10_001, 1.5, "all"]) {
    assertEquals(await codeOf("output", JSON.stringify({ ...JOB, lines, follow: false })), bad);
  }
  assertEquals(await codeOf("start", " ".repeat(20_000)), [413, "web.too_large"]);
  assertEquals(await codeOf("nuke", "{}"), [404, "web.not_found"]);
  assertEquals(await codeOf("constructor", "{}"), [404, "web.not_found"]);
  assertEquals(asked, []);
});

Deno.test("PageServer passes lines on as they come, and says in the last what went wrong", async () => {
  const { ask, key } = await openServer(async (write) => {
    await write('{"type":"line"}\n');
    throw new AppError("run.not_found", "No such run");
  });
  const answer = await ask("watch", JSON.stringify({ project: JOB.project }), key);
  const error = { code: "run.not_found", message: "No such run" };
  assertEquals(
    await answer.text(),
    `{"type":"line"}\n${JSON.stringify({ type: "error", error })}\n`,
  );
});

Deno.test("PageServer ends what nobody reads any more, and all at its own end", async () => {
  const ended: string[] = [];
  const { server, ask, key } = await openServer(async (write, signal) => {
    await write("{}\n");
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
    ended.push("ended");
  });
  const watch = () => ask("watch", JSON.stringify({ project: JOB.project }), key);
  const first = await watch();
  const reader = first.body!.getReader();
  await reader.read();
  await reader.cancel();
  await eventually("its work has ended", () => ended.length === 1);
  const second = await watch();
  server[Symbol.dispose]();
  assertEquals(await second.text(), "{}\n");
  assertEquals(ended.length, 2);
});

Deno.test("PageServer has so many look on at a time", async () => {
  const { server, ask, key } = await openServer((_write, signal) =>
    new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }))
  );
  const answers: Response[] = [];
  for (let count = 0; count < 49; count++) {
    answers.push(await ask("watch", JSON.stringify({ project: JOB.project }), key));
  }
  assertEquals(answers.map(({ status }) => status).lastIndexOf(200), 47);
  assertEquals((await answers.at(-1)!.json()).error.code, "web.too_many");
  server[Symbol.dispose]();
  await Promise.all(answers.slice(0, -1).map((answer) => answer.text()));
});

Deno.test("PageServer packs the page for who takes it, and has no other files", async () => {
  const { server } = await openServer();
  const get = (path: string, headers = {}) =>
    server.handle(
      new Request(`${ORIGIN}${path}`, { headers: { host: "127.0.0.1:7007", ...headers } }),
      ORIGIN,
    );
  assertEquals(await (await get("/")).text(), "page");
  const packed = await get("/", { "accept-encoding": "gzip, br" });
  assertEquals(packed.headers.get("content-encoding"), "gzip");
  assertEquals([...await packed.bytes()], [1, 2, 3]);
  for (const path of ["/x", "/..%2f..%2fetc/passwd", "//", "/api/"]) {
    const answer = await get(path);
    assertEquals([answer.status, (await answer.json()).error.code], [404, "web.not_found"], path);
  }
});
