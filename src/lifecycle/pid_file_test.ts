import { assert, assertEquals, assertThrows } from "@std/assert";
import { AppError } from "../base/app_error.ts";
import { exitCodeOf } from "../base/exit_code_of.ts";
import { readIdentity } from "../platform/processes/process_identity.ts";
import { readPidFile } from "../facts/pid_text.ts";
import { acquirePidFile } from "./pid_file.ts";

const OWNER = {
  pid: 4_711,
  startedAtMs: Date.parse("2026-11-21T02:35:00Z"),
  build: "20261121T023500.000Z",
};

async function inDir(work: (path: string) => void | Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    await work(`${dir}/daemon.pid`);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("acquirePidFile() writes who we are, for us only, and removes it at the end", () =>
  inDir(async (path) => {
    {
      using file = acquirePidFile(path, OWNER);
      assertEquals(readPidFile(path), OWNER);
      assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);
      assert(file.isStillOurs());
    }
    assertEquals(readPidFile(path), undefined);
  }));

Deno.test("acquirePidFile() writes by what else the process can be known", () =>
  inDir((path) => {
    const identity = readIdentity(Deno.pid)!;
    using _file = acquirePidFile(path, { ...OWNER, pid: Deno.pid, stateDir: "/s" });
    const lines = Deno.readTextFileSync(path).split("\n");
    assertEquals(lines.slice(3), [identity.startTime, identity.bootId, "/s", ""]);
  }));

Deno.test("acquirePidFile() says who holds the lock", () =>
  inDir((path) => {
    using _held = acquirePidFile(path, OWNER);
    const error = assertThrows(() => acquirePidFile(path, { ...OWNER, pid: 1 }), AppError);
    assertEquals(error.code, "daemon.already_running");
    assertEquals(exitCodeOf(error.code), 6);
    assertEquals(
      error.message,
      "A daemon is already running (pid 4711, since 2026-11-21T02:35:00.000Z)",
    );
    assertEquals(readPidFile(path), OWNER);
  }));

Deno.test("acquirePidFile() is not hindered by what a crash or another process left", () =>
  inDir((path) => {
    for (const text of [`${Deno.pid}\n2026-11-21T02:35:00.000Z\n`, "", "garbage", "1"]) {
      Deno.writeTextFileSync(path, text);
      using _file = acquirePidFile(path, OWNER);
      assertEquals(readPidFile(path), OWNER);
    }
  }));

Deno.test("F14 acquirePidFile() notices that its file was removed, and leaves a successor's alone", () =>
  inDir((path) => {
    const first = acquirePidFile(path, OWNER);
    Deno.removeSync(path);
    assertEquals(first.isStillOurs(), false);
    using second = acquirePidFile(path, { ...OWNER, pid: 4_712 });
    first[Symbol.dispose]();
    assert(second.isStillOurs());
    assertEquals(readPidFile(path)?.pid, 4_712);
  }));

Deno.test("D1 acquirePidFile() takes the lock again when its file was removed or replaced", () =>
  inDir((path) => {
    using file = acquirePidFile(path, OWNER);
    for (const spoil of [() => {}, () => Deno.writeTextFileSync(path, "another")]) {
      Deno.removeSync(path);
      spoil();
      assertEquals(file.isStillOurs(), false);
      assertEquals(file.retake(), true);
      assertEquals([file.isStillOurs(), readPidFile(path)], [true, OWNER]);
      assertThrows(() => acquirePidFile(path, OWNER), AppError);
    }
    Deno.removeSync(path);
    {
      using _other = acquirePidFile(path, OWNER);
      assertEquals([file.retake(), file.isStillOurs()], [false, false]);
    }
    assertEquals(file.retake(), true);
  }));
