import { assertEquals } from "@std/assert";
import { parseAnnouncement, readAnnouncement } from "./readiness.ts";

const never = new AbortController().signal;

function streamOf(...pieces: (string | Uint8Array)[]): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return ReadableStream.from(
    pieces.map((piece) => typeof piece === "string" ? encoder.encode(piece) : piece),
  );
}

Deno.test("parseAnnouncement() reads what a daemon says, and nothing else", () => {
  assertEquals(parseAnnouncement("READY 42"), { state: "ready", pid: 42 });
  for (const line of ["", "READY", "READY x", "READY 4 2", "ready 42", "Listening"]) {
    assertEquals(parseAnnouncement(line), undefined);
  }
});

Deno.test("parseAnnouncement() keeps an error's code, and shows what it cannot read", () => {
  const error = { code: "settings.bad", message: "No\nsuch", hint: "Look" };
  assertEquals(parseAnnouncement(`ERROR ${JSON.stringify(error)}`), { state: "failed", error });
  for (const text of ["{", "null", '{"code":1}']) {
    assertEquals(parseAnnouncement(`ERROR ${text}`), {
      state: "failed",
      error: { code: "daemon.start_failed", message: `Daemon did not start: ${text}` },
    });
  }
});

Deno.test("readAnnouncement() finds the line however it is cut and whatever is before it", async () => {
  const ready = { state: "ready", pid: 42 } as const;
  assertEquals(await readAnnouncement(streamOf("REA", "DY 4", "2\n"), never), ready);
  assertEquals(await readAnnouncement(streamOf("noise\nREADY 42\nmore"), never), ready);
});

Deno.test("readAnnouncement() gives up at the end, after a flood, and when it is told to", async () => {
  assertEquals(await readAnnouncement(streamOf(), never), undefined);
  assertEquals(await readAnnouncement(streamOf("READY 42"), never), undefined);
  const flood = Array.from({ length: 100 }, () => "x".repeat(1_000));
  assertEquals(await readAnnouncement(streamOf(...flood), never), undefined);
  const limit = new AbortController();
  const reading = readAnnouncement(new ReadableStream(), limit.signal);
  limit.abort();
  assertEquals(await reading, undefined);
});
