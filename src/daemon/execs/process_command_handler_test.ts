import { createHash } from "node:crypto";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { AppError } from "../../base/app_error.ts";
import { silentLogger } from "../../../tests/support/silent_logger.ts";
import { DEFAULT_SETTINGS, type Settings } from "../../config/settings.ts";
import { openLibc } from "../../platform/libc.ts";
import { systemClock } from "../../platform/system_clock.ts";
import { eventually } from "../../../tests/support/eventually.ts";
import { isAlive, processesWithEnv } from "../../../tests/support/process_facts.ts";
import { FRAME_ROOM_BYTES } from "../../protocol/frame.ts";
import type { CommandEnd } from "../../rpc/server/command_handler.ts";
import type { ExecCommand } from "./exec_command.ts";
import { ProcessCommandHandler } from "./process_command_handler.ts";

// Loaded once and for all; not by the first test that needs it.
openLibc();

/** A command under way in the built-in handler, and what came of it so far. */
class Exec {
  readonly id = `exec.${Deno.pid}.${crypto.randomUUID().slice(0, 8)}`;
  readonly cancel = new AbortController();
  readonly end: Promise<CommandEnd>;
  readonly bytes = { stdout: [] as number[], stderr: [] as number[] };
  size = 0;
  /** Nothing more is taken until it has resolved. */
  gate: Promise<void> = Promise.resolve();
  onBytes: ((bytes: Uint8Array) => Promise<void>) | undefined;

  constructor(
    command: ExecCommand["command"],
    options: { place?: Partial<ExecCommand>; settings?: Partial<Settings>; keep?: boolean } = {},
  ) {
    const handler = new ProcessCommandHandler({
      clock: systemClock,
      logger: silentLogger,
      paths: { id: "unit", stateDir: "/nowhere/unit" },
      settings: () => ({ ...DEFAULT_SETTINGS, ...options.settings }),
    });
    const take = async (stream: "stdout" | "stderr", bytes: Uint8Array) => {
      this.size += bytes.length;
      if (options.keep !== false) this.bytes[stream].push(...bytes);
      await this.onBytes?.(bytes);
      await this.gate;
    };
    this.end = handler.handle(
      {
        execId: this.id,
        command,
        workdir: "/",
        env: { PATH: Deno.env.get("PATH")! },
        umask: 0o22,
        ...options.place,
      },
      {
        write: (bytes) => take("stdout", bytes),
        writeError: (bytes) => take("stderr", bytes),
      },
      this.cancel.signal,
    );
    this.end.catch(() => undefined);
  }

  text(stream: "stdout" | "stderr"): string {
    return new TextDecoder().decode(Uint8Array.from(this.bytes[stream]));
  }

  ready(): Promise<boolean> {
    return eventually("it is ready", () => this.text("stdout").includes("READY"));
  }

  processes() {
    return processesWithEnv("IMP_RUN_ID", this.id);
  }
}

Deno.test("a command's streams come apart and unchanged, with its code", async () => {
  const exec = new Exec(["sh", "-c", "printf 'a\\0\\377'; printf err >&2; exit 3"]);
  assertEquals(await exec.end, { code: 3, signal: null });
  assertEquals(exec.bytes.stdout, [0x61, 0, 0xff]);
  assertEquals(exec.text("stderr"), "err");
});

Deno.test("a command that prints much is read in larger pieces, of which each is good until it was taken", async () => {
  const lines = 1_000_000;
  const exec = new Exec(["seq", "1", `${lines}`], { keep: false });
  const digest = createHash("sha256");
  let largest = 0;
  exec.onBytes = async (bytes) => {
    largest = Math.max(largest, bytes.length);
    // What is sent out of the room before them must not be theirs.
    new Uint8Array(bytes.buffer, bytes.byteOffset - FRAME_ROOM_BYTES, FRAME_ROOM_BYTES).fill(0xff);
    await Promise.resolve();
    digest.update(bytes);
  };
  assertEquals(await exec.end, { code: 0, signal: null });
  const whole = Array.from({ length: lines }, (_, index) => `${index + 1}\n`).join("");
  assertEquals(digest.digest("hex"), createHash("sha256").update(whole).digest("hex"));
  if (Deno.build.os === "linux") assert(largest > 64 * 1024, `${largest} bytes at most`);
});

Deno.test("a command that a signal ended says by which", async () => {
  assertEquals(await new Exec({ script: "kill -KILL $$" }).end, { code: null, signal: "SIGKILL" });
});

Deno.test("a command has the client's directory, environment and umask, and nothing else", async () => {
  const place = { workdir: "/usr", env: { PATH: "/usr/bin:/bin", A: "b c" }, umask: 0o27 };
  const exec = new Exec({ script: 'pwd; umask; echo "$A"; env | cut -d= -f1 | sort' }, { place });
  assertEquals((await exec.end).code, 0);
  const [directory, umask, value, ...names] = exec.text("stdout").trim().split("\n");
  assertEquals([directory, Number.parseInt(umask!, 8), value], ["/usr", 0o27, "b c"]);
  assertEquals(names.filter((name) => !["_", "SHLVL", "OLDPWD"].includes(name)), [
    "A",
    "IMP_JOB_DAEMON_ID",
    "IMP_RUN_ID",
    "IMP_STATE_DIR",
    "PATH",
    "PWD",
  ]);
});

Deno.test("a command has nothing on its stdin and no terminal", async () => {
  const exec = new Exec({
    script: "cat; (: </dev/tty) 2>/dev/null || echo none; ps -o sid= -p $$",
  });
  await exec.end;
  const [terminal, session] = exec.text("stdout").trim().split("\n");
  assertEquals(terminal, "none");
  assert(Number(session) !== Deno.pid);
});

Deno.test("a command that cannot be started says why", async () => {
  const missing = await assertRejects(() => new Exec(["no-such-command"]).end, AppError);
  assertEquals(missing.code, "command.not_found");
  const refused = await assertRejects(() => new Exec(["/etc/passwd"]).end, AppError);
  assertEquals(refused.code, "command.not_executable");
  const place = { workdir: "/no/such/directory" };
  await assertRejects(() => new Exec(["/bin/true"], { place }).end, AppError);
});

Deno.test("a command whose output is not taken stops writing", async () => {
  const gate = Promise.withResolvers<void>();
  const exec = new Exec(["yes"], { keep: false });
  exec.gate = gate.promise;
  await eventually("it writes", () => exec.size > 0);
  await eventually("it sleeps", async () => {
    const found = (await exec.processes()).filter(({ command }) => command === "yes");
    return found.length === 1 && isSleeping(found[0]!.pid);
  });
  const blockedAt = exec.size;
  assert(blockedAt < 1024 * 1024, `${blockedAt} bytes were taken`);
  gate.resolve();
  await eventually("it goes on", () => exec.size > blockedAt + 1024 * 1024);
  exec.cancel.abort();
  await exec.end;
  assertEquals(await exec.processes(), []);
});

const TREES: Record<string, string> = {
  "a command with children": "sleep 1000000 & sleep 1000000 & echo READY; wait",
  "one that ignores TERM": 'trap "" TERM; echo READY; while :; do sleep 1000000; done',
  "one that has left the session": "setsid sleep 1000000 & echo READY; wait",
  "one that was stopped": "echo READY; kill -STOP $$; sleep 1000000",
  "one whose leader has ended": "(trap '' TERM; sleep 1000000; sleep 1000000) & echo READY; wait",
};

for (const [what, script] of Object.entries(TREES)) {
  Deno.test(`cancelling leaves nothing of ${what}`, async () => {
    const exec = new Exec({ script }, { settings: { execKillGraceMs: 200 } });
    await exec.ready();
    exec.cancel.abort();
    await exec.end;
    assertEquals(await exec.processes(), []);
  });
}

Deno.test("cancelling lets a command clean up that takes TERM, also when it is stopped", async () => {
  const path = await Deno.makeTempFile();
  const script = `trap 'echo cleaned > ${path}; exit' TERM; echo READY; kill -STOP $$`;
  const exec = new Exec({ script });
  await exec.ready();
  exec.cancel.abort();
  await exec.end;
  assertEquals(await Deno.readTextFile(path), "cleaned\n");
  await Deno.remove(path);
});

Deno.test("cancelling before the command has begun leaves nothing either", async () => {
  const exec = new Exec(["sleep", "1000000"]);
  exec.cancel.abort();
  await exec.end;
  assertEquals(await exec.processes(), []);
});

Deno.test({
  name: "a background process that holds the pipes does not hold up the end",
  // Deno 2.8 goes on reading a pipe that was cancelled, until nobody has its other end (denoland/deno#35292).
  sanitizeOps: false,
  async fn() {
    const exec = new Exec({ script: "sleep 1000000 & echo $!; exit 4" });
    assertEquals((await exec.end).code, 4);
    const pid = Number(exec.text("stdout"));
    assert(pid > 1);
    Deno.kill(pid, "SIGKILL");
    // With it ends what is still read of the pipes, a few turns of the loop later: not in the next test.
    await eventually("it is gone", () => !isAlive(pid));
    await new Exec(["true"]).end;
  },
});

function isSleeping(pid: number): boolean {
  return / S /.test(Deno.readTextFileSync(`/proc/${pid}/stat`));
}

/** A stdin of these texts; then it ends, or never does. */
function stdinOf(texts: readonly string[], { isEndless = false } = {}) {
  const state = { isLeft: false };
  async function* pieces() {
    try {
      for (const text of texts) yield new TextEncoder().encode(text);
      if (isEndless) await new Promise(() => {});
    } finally {
      state.isLeft = true;
    }
  }
  return { stdin: pieces(), state };
}

Deno.test("a command reads what comes on its stdin to the end", async () => {
  const { stdin } = stdinOf(["a", "b\0", "\n"]);
  const exec = new Exec(["cat"], { place: { stdin } });
  assertEquals(await exec.end, { code: 0, signal: null });
  assertEquals(exec.text("stdout"), "ab\0\n");
});

Deno.test("a command reads all of much that comes on its stdin, in pieces of any size", async () => {
  const sizes = Array.from({ length: 60 }, (_, index) => (index * 7_919) % 262_144);
  const texts = sizes.map((size, index) => String.fromCharCode(97 + index % 26).repeat(size));
  const exec = new Exec(["cat"], { place: { stdin: stdinOf(texts).stdin }, keep: false });
  const digest = createHash("sha256");
  exec.onBytes = (bytes) => Promise.resolve(void digest.update(bytes));
  assertEquals(await exec.end, { code: 0, signal: null });
  assertEquals(digest.digest("hex"), createHash("sha256").update(texts.join("")).digest("hex"));
});

Deno.test("a command that reads only some of its stdin, or none, ends as ever", async () => {
  const { stdin, state } = stdinOf(Array.from({ length: 100 }, () => "x".repeat(65_536)));
  const exec = new Exec(["head", "-c", "3"], { place: { stdin } });
  assertEquals(await exec.end, { code: 0, signal: null });
  assertEquals(exec.text("stdout"), "xxx");
  await eventually("nobody asks for more", () => state.isLeft);
  const endless = stdinOf([], { isEndless: true }).stdin;
  assertEquals(await new Exec(["true"], { place: { stdin: endless } }).end, {
    code: 0,
    signal: null,
  });
});

Deno.test("F95 a command whose client goes away never takes what it has read for all of it", async () => {
  const { stdin } = stdinOf(["begin;\n"], { isEndless: true });
  const whole = `${await Deno.makeTempDir({ prefix: "imp-exec-" })}/whole`;
  const script = `trap "" TERM; read x; echo READY; read y; echo all > ${whole}`;
  const exec = new Exec({ script }, { place: { stdin }, settings: { execKillGraceMs: 100 } });
  await exec.ready();
  exec.cancel.abort();
  assertEquals((await exec.end).signal, "SIGKILL");
  assertThrows(() => Deno.lstatSync(whole), Deno.errors.NotFound);
  await Deno.remove(whole.slice(0, whole.lastIndexOf("/")));
});
