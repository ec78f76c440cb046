import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { AppError } from "../../base/app_error.ts";
import { silentLogger } from "../../../tests/support/silent_logger.ts";
import { DEFAULT_SETTINGS, type Settings } from "../../config/settings.ts";
import type { PayloadOf } from "../../protocol/request.ts";
import { FakeClient } from "../../../tests/support/fake_client.ts";
import { FakeClock, settle } from "../../../tests/support/fake_clock.ts";
import { BUILD, toHello } from "../../../tests/support/fake_daemon.ts";
import { openDoor } from "../../../tests/support/open_door.ts";
import type { ExecCommand, ExecHandler } from "../execs/exec_command.ts";
import { Connection } from "../../rpc/server/connection.ts";
import { createCounters } from "../../rpc/server/counters.ts";
import { ExecRegistry } from "../../rpc/server/exec_registry.ts";
import { handleExec } from "./exec.ts";

const STDOUT = 2;
const STDERR = 3;
const MIB = 1024 * 1024;

/** A daemon that is nothing but its execs, and a client of it that has said hello. */
function openDaemon(handler: ExecHandler, changed: Partial<Settings> = {}) {
  const clock = new FakeClock();
  const client = new FakeClient();
  const execs = new ExecRegistry(7);
  const settings = () => ({ ...DEFAULT_SETTINGS, ...changed });
  const parts = {
    clock,
    settings,
    execs,
    logger: silentLogger,
    commandHandlers: new Map([["process", handler]]),
    settingsInForce: { areDefaults: false },
  } as unknown as Parameters<typeof handleExec>[1];
  const connection = new Connection(client.socket, {
    clock,
    settings,
    logger: silentLogger,
    counters: createCounters(),
    daemonId: "d",
    pid: 7,
    build: BUILD,
    capabilities: [],
    ...openDoor(),
    async dispatch(connection, { id, payload }) {
      const afterReply: (() => void)[] = [];
      const data = await handleExec(payload as PayloadOf<"exec">, parts, {
        id,
        connection,
        signal: connection.signal,
        afterReply: (action) => void afterReply.push(action),
      });
      return { data, afterReply };
    },
    mayReply: () => undefined,
  });
  const served = connection.serve();
  client.send(toHello("d"));
  const exec = (payload: Partial<PayloadOf<"exec">> = {}) => {
    const place = { workdir: "/", env: {}, umask: 0o22 };
    const what = payload.script === undefined ? { command: ["c"] } : {};
    client.send({ id: 1, type: "exec", payload: { ...what, ...place, ...payload } });
    return settle();
  };
  return { clock, client, execs, served, exec };
}

/** The message that a client's last words from the daemon carry. */
function errorOf(client: FakeClient) {
  return client.messages.find(({ type }) => type === "error")?.error;
}

/** A handler that says when it was cancelled and ends only when it is told to. */
class StubbornHandler implements ExecHandler {
  readonly end = Promise.withResolvers<void>();
  command: ExecCommand | undefined;
  cancel: AbortSignal | undefined;

  async handle(command: ExecCommand, _output: unknown, cancel: AbortSignal) {
    this.command = command;
    this.cancel = cancel;
    await this.end.promise;
    return { code: 0, signal: null };
  }
}

/** A handler that writes as much as it is let, and counts it. */
class FloodingHandler implements ExecHandler {
  written = 0;

  async handle(
    _command: ExecCommand,
    output: { write(bytes: Uint8Array): Promise<void> },
    cancel: AbortSignal,
  ) {
    const chunk = new Uint8Array(64 * 1024);
    while (!cancel.aborted) {
      await output.write(chunk);
      this.written += chunk.length;
      await settle();
    }
    return { code: 0, signal: null };
  }
}

Deno.test("exec passes both streams on, then the exit, then ends the connection", async () => {
  const { client, exec, served, execs } = openDaemon({
    async handle(_command, output) {
      await output.write(Uint8Array.of(0, 255));
      await output.writeError(Uint8Array.of(10));
      return { code: 3, signal: null };
    },
  });
  await exec();
  await served;
  const [, reply, out, err, exit] = client.frames;
  assertEquals([reply, out, err, exit].map((frame) => frame!.kind), [1, STDOUT, STDERR, 1]);
  assertEquals([...out!.body], [0, 255]);
  assertEquals(client.messages[1].data, { exec_id: "exec.7.1" });
  assertEquals(client.messages.at(-1), { type: "exit", code: 3, signal: null });
  assert(client.isClosed);
  assertEquals(execs.all, []);
});

Deno.test("exec tells what the handler threw, and no exit", async () => {
  const { client, exec, served } = openDaemon({
    handle: () => Promise.reject(new Error("out of paper")),
  });
  await exec();
  await served;
  assertEquals(errorOf(client).code, "exec.handler_failed");
  assertStringIncludes(errorOf(client).message, "out of paper");
  assert(client.messages.every(({ type }) => type !== "exit"));
});

Deno.test("exec passes an AppError of the handler on as it is", async () => {
  const error = new AppError("command.not_found", 'Command not found: "c"');
  const { client, exec, served } = openDaemon({ handle: () => Promise.reject(error) });
  await exec();
  await served;
  assertEquals(errorOf(client).code, "command.not_found");
});

Deno.test("exec has one that never stops slowed down by a client that does not read", async () => {
  const handler = new FloodingHandler();
  const { client, exec, served } = openDaemon(handler);
  client.pause();
  await exec();
  for (let turn = 0; turn < 200; turn++) await settle();
  const blocked = handler.written;
  assert(blocked <= MIB, `${blocked} bytes were taken for a client that reads none`);
  client.resume();
  while (handler.written < 4 * MIB) await settle();
  assert(client.bytesOf(STDOUT) > 3 * MIB);
  client.hangUp();
  await served;
});

Deno.test("exec cancels the handler when the client goes away, and lists it until it has ended", async () => {
  const handler = new StubbornHandler();
  const { client, clock, exec, served, execs } = openDaemon(handler);
  await exec();
  assertEquals(execs.views().map(({ id }) => id), ["exec.7.1"]);
  assertEquals(handler.cancel!.aborted, false);
  client.hangUp();
  // The end of what it says may be all that has ended: that it does not listen either is found out by asking.
  await clock.advance(100);
  assert(handler.cancel!.aborted);
  assertEquals(execs.all.length, 1);
  handler.end.resolve();
  await served;
  await settle();
  assertEquals(execs.all, []);
});

Deno.test("exec cancels a flooding handler whose client went away without reading", async () => {
  const handler = new FloodingHandler();
  const { client, exec, served, execs } = openDaemon(handler);
  client.pause();
  await exec();
  await settle();
  client.hangUp();
  await served;
  await settle();
  assertEquals(execs.all, []);
});

Deno.test("exec ends what takes longer than its timeout and waits until it is gone", async () => {
  const handler = new StubbornHandler();
  const { client, clock, exec, served } = openDaemon(handler);
  await exec({ timeout_ms: 500 });
  await clock.advance(499);
  assertEquals(handler.cancel!.aborted, false);
  await clock.advance(1);
  assert(handler.cancel!.aborted);
  assertEquals(errorOf(client), undefined);
  handler.end.resolve();
  await served;
  assertEquals(errorOf(client).code, "exec.timed_out");
});

Deno.test("exec is told at once that it is cut off, however long its end takes", async () => {
  const handler = new StubbornHandler();
  const { client, exec, execs } = openDaemon(handler);
  await exec();
  execs.cutOffAll();
  await settle();
  assert(handler.cancel!.aborted);
  assertEquals(errorOf(client).code, "exec.cut_off");
  assertEquals(execs.all.length, 1);
  handler.end.resolve();
});

Deno.test("exec runs nothing of what is over the size limit", async () => {
  const handler = new StubbornHandler();
  const { client, exec, execs } = openDaemon(handler, { maxCommandBytes: 10 });
  await exec({ script: "echo 12345678" });
  assertEquals(client.messages.at(-1).error.code, "command.too_large");
  assertEquals(handler.command, undefined);
  assertEquals(execs.all, []);
  client.hangUp();
});

Deno.test("exec refuses a handler that is not there", async () => {
  const { client, exec } = openDaemon(new StubbornHandler());
  await exec({ handler: "magic" });
  assertEquals(client.messages.at(-1).error.code, "exec.unknown_handler");
  client.hangUp();
});

Deno.test("exec shows no credentials of a command in the list", async () => {
  const handler = new StubbornHandler();
  const { client, exec, execs } = openDaemon(handler);
  await exec({ command: ["deploy", "--token", "s3cret"] });
  assertEquals(execs.views()[0]!.command, ["deploy", "--token", "***"]);
  assertEquals(handler.command!.command, ["deploy", "--token", "s3cret"]);
  handler.end.resolve();
  client.hangUp();
});
