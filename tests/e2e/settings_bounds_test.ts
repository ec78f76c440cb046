import { assert, assertEquals } from "@std/assert";
import { openBox } from "../support/box.ts";

/** The least that each setting may be, and what is just below it. */
const LEAST: readonly (readonly [name: string, least: string | number, below: string | number])[] =
  [
    ["idle_exit", "1s", "1ms"],
    ["shutdown_timeout", "100ms", "99ms"],
    ["log_max_bytes", "64KiB", 1],
    ["log_hold_max_bytes", "64KiB", 1],
    ["runs_kept", 1, 0],
    ["events_kept", 100, 99],
    ["max_connections", 16, 15],
    ["max_open_requests", 256, 255],
    ["max_pending_bytes", "4MiB", "4095KiB"],
    ["requests_per_second", 20, 1],
    ["request_burst", 100, 99],
    ["max_frame_bytes", "64KiB", "63KiB"],
    ["max_command_bytes", "64KiB", 1],
    ["handshake_timeout", "200ms", "199ms"],
    ["frame_timeout", "200ms", "199ms"],
    ["heartbeat_interval", "500ms", "499ms"],
    ["queue_events", 16, 15],
    ["queue_bytes", "64KiB", 1],
    ["exec_chunk_bytes", "1KiB", 1],
    ["handover_timeout", "100ms", "99ms"],
    ["backoff_initial", "10ms", "9ms"],
    ["backoff_max", "10ms", "9ms"],
    ["backoff_reset", "10ms", "9ms"],
    ["daemon_log_max_bytes", "1KiB", 1],
    ["status_interval", "100ms", "99ms"],
  ];

Deno.test("A10 with every setting at its least every command still works", async () => {
  await using box = await openBox();
  const settings = Object.fromEntries(LEAST.map(([name, least]) => [name, least]));
  await box.file("config/imp/config.json", JSON.stringify(settings));
  await box.impOk(["run", "--name", "once", "--", "echo", "hello"]);
  await box.impOk(["add", "--name", "web", "--", "sleep", "7004"]);
  for (const words of [["ls"], ["show", "web"], ["status"], ["overview"], ["reload"], ["ping"]]) {
    await box.impOk(words);
  }
  assertEquals(await box.impOk(["stdout", "once"]), "hello\n");
  assertEquals(await box.impOk(["exec", "--", "printf", "x"]), "x");
  await box.impOk(["restart", "web"]);
  await box.impOk(["daemon", "restart"]);
  await box.impOk(["stop", "web"]);
  await box.impOk(["nuke"]);
});

Deno.test("A10 below its least a setting is refused by name", async () => {
  await using box = await openBox();
  // As many as one message names.
  for (let at = 0; at < LEAST.length; at += 5) {
    const some = LEAST.slice(at, at + 5);
    const settings = Object.fromEntries(some.map(([name, , below]) => [name, below]));
    await box.file("config/imp/config.json", JSON.stringify(settings));
    const { stderr } = await box.imp(["config"]);
    for (const [name] of some) assert(stderr.includes(`${name} `), `${name}: ${stderr}`);
  }
});
