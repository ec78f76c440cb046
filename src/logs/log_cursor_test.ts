import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import fc from "fast-check";
import { AppError } from "../base/app_error.ts";
import { formatCursor, type LogCursor, parseCursor } from "./log_cursor.ts";

const place = fc.record({
  run: fc.nat(),
  offset: fc.oneof(fc.nat(), fc.constant(Number.MAX_SAFE_INTEGER)),
});
const pair = { stdout: place, stderr: place };
const places = fc.record({
  jobId: fc.stringMatching(/^[2-9A-Za-z]{3,16}$/),
  ...pair,
  until: fc.record(pair),
}, { requiredKeys: ["jobId", "stdout", "stderr"] });
const cursor: fc.Arbitrary<LogCursor> = fc.record({
  isOfAll: fc.boolean(),
  jobs: fc.array(places, { maxLength: 5 }),
});

Deno.test("parseCursor() reads what formatCursor() wrote, as base64url", () => {
  fc.assert(fc.property(cursor, (given) => {
    const text = formatCursor(given);
    assertMatch(text, /^[A-Za-z0-9_-]+$/);
    assertEquals(parseCursor(text), given);
  }));
  assertEquals(parseCursor(""), undefined);
});

Deno.test("formatCursor() is short for one job", () => {
  const [stdout, stderr] = [{ run: 12, offset: 1_234_567 }, { run: 12, offset: 890 }];
  const text = formatCursor({ isOfAll: false, jobs: [{ jobId: "V3x", stdout, stderr }] });
  assert(text.length <= 30, text);
});

Deno.test("parseCursor() refuses what is no cursor, and one that is not whole", () => {
  const [stdout, stderr] = [{ run: 3, offset: 4_711 }, { run: 3, offset: 0 }];
  const text = formatCursor({ isOfAll: true, jobs: [{ jobId: "V3x", stdout, stderr }] });
  const changed = [...text].map((_, at) => `${text.slice(0, at)}A${text.slice(at + 1)}`);
  const shorter = [...text].map((_, at) => text.slice(0, at)).slice(1);
  const wrong = [...changed.filter((each) => each !== text), ...shorter, `${text}=`, "nonsense"];
  for (const each of wrong) {
    const error = assertThrows(() => parseCursor(each), AppError, "Not a cursor");
    assertEquals(error.code, "usage.bad_cursor");
  }
});
