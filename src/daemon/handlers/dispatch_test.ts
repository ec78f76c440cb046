import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { BUILD } from "../../../tests/support/fake_daemon.ts";
import { AppError } from "../../base/app_error.ts";
import { REQUEST_TRAITS, traitsOf } from "../../protocol/request_traits.ts";
import type { Connection } from "../../rpc/server/connection.ts";
import { createAnswering } from "./dispatch.ts";
import type { HandlerParts } from "./handler.ts";

/** A daemon that knows who it is and has no job; it counts what is due after a request. */
function openDaemon() {
  const done: string[] = [];
  const parts = {
    build: BUILD,
    pid: 7,
    store: { sync: () => Promise.resolve(void done.push("sync")) },
    projects: { begin: () => done.push("projects") },
    supervisor: {
      revival: { begin: () => done.push("revival") },
      resolve(reference: string) {
        throw new AppError("job.not_found", `No job ${reference}`);
      },
    },
  } as unknown as HandlerParts;
  const { dispatch, mayReply } = createAnswering(parts);
  const connection = {
    peer: { version: "0.0.9" },
    signal: new AbortController().signal,
  } as unknown as Connection;
  const ask = (type: string, payload?: unknown) => dispatch(connection, { id: 1, type, payload });
  return { ask, done, mayReply: (type: string) => mayReply({ id: 1, type, payload: {} }) };
}

async function refusalOf(answer: Promise<unknown>): Promise<AppError> {
  return await assertRejects(() => answer, AppError);
}

Deno.test("dispatch() has the handler of its name answer a request", async () => {
  const { ask, done } = openDaemon();
  const { version, build } = BUILD;
  assertEquals(await ask("ping", {}), { data: { version, build, pid: 7 }, afterReply: [] });
  // Who asks for nothing in particular may leave the payload out.
  assertEquals((await ask("ping")).data, { version, build, pid: 7 });
  assertEquals(done, []);
});

Deno.test("dispatch() refuses a request that it does not know, and says who is older", async () => {
  const { ask } = openDaemon();
  for (const name of ["teleport", "constructor", "x".repeat(100)]) {
    const error = await refusalOf(ask(name));
    assertEquals(error.code, "protocol.unknown_request");
    assertStringIncludes(error.message, `no request "${name.slice(0, 64)}"`);
    assertStringIncludes(error.message, BUILD.version);
    assertStringIncludes(error.message, "the client is 0.0.9");
  }
});

Deno.test("dispatch() lets no payload through to a handler that is not what it must be", async () => {
  const { ask } = openDaemon();
  for (const payload of [{}, { job: "a" }, { job: 1, name: "b" }, "a", null, []]) {
    const error = await refusalOf(ask("rename", payload));
    assertEquals(error.code, "protocol.bad_payload", JSON.stringify(payload));
    assertStringIncludes(error.message, 'Malformed request "rename"');
  }
});

Deno.test("dispatch() begins what waits for the first request that changes something, also when that fails", async () => {
  const { ask, done } = openDaemon();
  assertEquals((await refusalOf(ask("rename", { job: "a", name: "b" }))).code, "job.not_found");
  assertEquals(done, ["revival", "projects"]);
  await refusalOf(ask("get_job", { job: "a" }));
  assertEquals(done, ["revival", "projects"]);
});

Deno.test("mayReply() waits for the disk with every request that lasts, and with no other", async () => {
  for (const name of [...Object.keys(REQUEST_TRAITS), "teleport"]) {
    const { mayReply, done } = openDaemon();
    await mayReply(name);
    assertEquals(done, traitsOf(name)?.nature === "lasts" ? ["sync"] : [], name);
  }
});
