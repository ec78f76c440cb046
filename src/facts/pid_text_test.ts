import { assertEquals } from "@std/assert";
import { readIdentity } from "../platform/processes/process_identity.ts";
import { formatPidFile, readPidFile } from "./pid_text.ts";

const GOLDEN = Deno.readTextFileSync(new URL("testdata/pid_file_0.1.txt", import.meta.url));
const OWNER = {
  pid: 4_711,
  startedAtMs: Date.parse("2026-12-01T12:00:05Z"),
  build: "20261201T120000.000Z",
};

function read(text: string) {
  const path = Deno.makeTempFileSync({ prefix: "imp-p-" });
  try {
    Deno.writeTextFileSync(path, text);
    return readPidFile(path);
  } finally {
    Deno.removeSync(path);
  }
}

Deno.test("readPidFile() reads what every release wrote", () => {
  assertEquals(read(GOLDEN), { ...OWNER, startTime: "811", bootId: "b0/4026531836" });
});

Deno.test("readPidFile() reads what formatPidFile() wrote, with who the process is", () => {
  const { startTime, bootId } = readIdentity(Deno.pid)!;
  const ours = { ...OWNER, pid: Deno.pid };
  assertEquals(read(formatPidFile(ours)), { ...ours, startTime, bootId });
  const dead = { ...OWNER, pid: 2 ** 30 };
  assertEquals(read(formatPidFile(dead)), dead);
});

Deno.test("D5 readPidFile() takes no number out of what is half or garbage", () => {
  for (
    const text of ["", "4", "4711", "4711\n2026", "-1\n2026-12-01T12:00:05.000Z", "x".repeat(99)]
  ) {
    assertEquals(read(text), undefined, text);
  }
});
