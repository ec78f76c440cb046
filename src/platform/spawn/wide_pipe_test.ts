import { assertEquals } from "@std/assert";
import { openLibc } from "../libc.ts";
import { widenPipe } from "./wide_pipe.ts";

// Loaded once and for all; not by the first test that needs it.
openLibc();

const KIB = 1024;
const isLinux = Deno.build.os === "linux";

/** A child that prints so many bytes, says so, and lives until its stdin ends. */
function openWriter(bytes: number) {
  const script = `head -c ${bytes} /dev/zero; echo written >&2; read -r _`;
  const child = new Deno.Command("sh", {
    ...{ args: ["-c", script], stdin: "piped", stdout: "piped", stderr: "piped" },
  }).spawn();
  const said = child.stderr.getReader();
  return {
    pid: child.pid,
    written: () => said.read(),
    async [Symbol.asyncDispose]() {
      await Promise.all([child.stdin.close(), said.cancel(), child.stdout.cancel()]);
      await child.status;
    },
  };
}

function childrenOf(pid: number): number[] {
  const text = Deno.readTextFileSync(`/proc/${pid}/task/${pid}/children`).trim();
  return text === "" ? [] : text.split(" ").map(Number);
}

Deno.test("widenPipe() lets a child print more than a pipe holds that nobody reads yet", async () => {
  if (!isLinux) return;
  await using child = openWriter(300 * KIB);
  using held = widenPipe({ pid: child.pid, descriptor: 1 }, 512 * KIB);
  assertEquals(held !== undefined, true);
  assertEquals(new TextDecoder().decode((await child.written()).value), "written\n");
});

Deno.test("widenPipe() lets us write more than a pipe holds to a child that reads nothing yet", async () => {
  if (!isLinux) return;
  const child = new Deno.Command("sleep", { args: ["1000000"], stdin: "piped" }).spawn();
  using held = widenPipe({ pid: child.pid, descriptor: 0 }, 512 * KIB);
  assertEquals(held !== undefined, true);
  const writer = child.stdin.getWriter();
  await writer.write(new Uint8Array(300 * KIB));
  child.kill("SIGKILL");
  await Promise.all([writer.close(), child.status]);
});

Deno.test("widenPipe() leaves alone what is no pipe between the two, and widens few at a time", async () => {
  if (!isLinux) return;
  await using child = openWriter(0);
  const of = (pid: number, descriptor: number) => widenPipe({ pid, descriptor }, 128 * KIB);
  // A pipe that it has with another, no pipe, nothing, nobody.
  const script = "sleep 1000000 | { echo READY >&2; exec sleep 1000000; }";
  const other = new Deno.Command("sh", {
    ...{ args: ["-c", script], stdout: "null", stderr: "piped" },
  }).spawn();
  const said = other.stderr.getReader();
  await said.read();
  const [writer] = childrenOf(other.pid);
  const found = [of(writer!, 1), of(other.pid, 1), of(child.pid, 99), of(2 ** 30, 1)];
  assertEquals(found, Array(4).fill(undefined));
  for (const pid of [other.pid, ...childrenOf(other.pid)]) Deno.kill(pid, "SIGKILL");
  await Promise.all([said.cancel(), other.status]);
  const held = Array.from({ length: 17 }, () => of(child.pid, 1));
  assertEquals(held.map((one) => one !== undefined), [...Array(16).fill(true), false]);
  for (const one of held) one?.[Symbol.dispose]();
  using again = of(child.pid, 1);
  assertEquals(again !== undefined, true);
});
