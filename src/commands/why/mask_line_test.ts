import { assertEquals, assertNotEquals } from "@std/assert";
import { maskLine } from "./mask_line.ts";

/** Lines of two runs that say the same. */
const SAME: readonly (readonly [before: string, now: string])[] = [
  ["2026-11-21T02:35:00.123Z up", "2026-12-01T14:00:59.001Z up"],
  ["2026-11-21 02:35:00,123 INFO up", "2027-01-02 03:04:05,006 INFO up"],
  ["2026/11/21 02:35:00 up", "2026/11/22 12:35:01 up"],
  ["[02:35:00] up", "[12:00:59] up"],
  ["[2:35:00 AM] up", "[12:00:59 PM] up"],
  ["Nov 21 02:35:00 host app[4711]: up", "Dec  1 12:35:00 host app[123]: up"],
  ["Sat, 21 Nov 2026 02:35:00 GMT up", "Tue, 01 Dec 2026 12:35:00 GMT up"],
  ["21/Nov/2026:02:35:00 +0000 up", "01/Dec/2026:12:35:00 +0100 up"],
  ['{"level":30,"time":1764470400123,"pid":4711}', '{"level":30,"time":1764556800999,"pid":12}'],
  ["at 1764470400.123 up", "at 1764556800.9 up"],
  ["done in 123ms", "done in 1.5s"],
  ["done in 1m30s", "done in 59.1s"],
  ["took 3 seconds", "took 12 seconds"],
  ["compiled in 812 ms", "compiled in 7 ms"],
  ["[    1.234567] up", "[   12.000001] up"],
  ["pid 4711 is up", "pid 12 is up"],
  ["(pid=4711)", "(pid=99)"],
  ["(node:4711) Warning", "(node:23) Warning"],
  ["==4711== Invalid read", "==23== Invalid read"],
  ["commit 3f2a1bc is built", "commit 90abcde12 is built"],
  ["id 0b21c9a4-9c53-4ad2-8f4e-1d2c3b4a5f60 up", "id 11111111-2222-3333-4444-555566667777 up"],
  ["sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "sha256-n4bQgYhMfWWaL+qgxVrQFaO="],
  ["<Server object at 0x7f1c2a3b4c5d>", "<Server object at 0x55aa00112233>"],
  ["listening on 127.0.0.1:41233", "listening on 127.0.0.1:5000"],
  ["listening on http://api.test:41233/", "listening on http://api.test:80/"],
  ["listening on :::3000", "listening on :::3001"],
  ["listening on localhost:3000", "listening on localhost:3001"],
  ["port 3000 is taken", "port 41002 is taken"],
  ["wrote /tmp/tmp.aB3xY/out.js", "wrote /tmp/tmp.q9Z/out.js"],
  ["wrote /private/var/folders/ab/c_1/T/x1/out.js", "wrote /private/var/folders/ab/c_2/T/y/out.js"],
];

/** Lines that do not. */
const OTHER: readonly (readonly [before: string, now: string])[] = [
  ["0 errors", "3 errors"],
  ["GET /cart 200", "GET /cart 500"],
  ["exit code 0", "exit code 1"],
  ["test 17 ok", "test 18 ok"],
  ["src/a.ts:12:34: error", "src/a.ts:13:34: error"],
  ["at run (file:///srv/a.ts:12:5)", "at run (file:///srv/a.ts:19:5)"],
  ["version 1.2.3", "version 1.2.4"],
  ["table users", "table orders"],
  ["items[3]: undefined", "items[4]: undefined"],
  ["defaced", "decade"],
  ["12 MB", "13 MB"],
  ["1234567 bytes", "1234568 bytes"],
  ["step 1m", "step 1x"],
  ["", "x"],
];

Deno.test("maskLine() makes lines the same that differ only in what is another each time", () => {
  for (const [before, now] of SAME) assertEquals(maskLine(now), maskLine(before));
});

Deno.test("maskLine() leaves what means something", () => {
  for (const [before, now] of OTHER) assertNotEquals(maskLine(now), maskLine(before));
  assertEquals(maskLine("3 of 4 tests failed (75%)"), "3 of 4 tests failed (75%)");
});

Deno.test("maskLine() takes no longer than its line is long, whatever stands in it", () => {
  // What would try again and again at each place would not come to an end here.
  for (const part of ["a1", "1.1", "12:", "0x", "/tmp/", "1h", "[ ", "://a.", "9", "f", "Mon, "]) {
    assertEquals(typeof maskLine(part.repeat(60_000 / part.length)), "string");
  }
});
