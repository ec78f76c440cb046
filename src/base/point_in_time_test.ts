import { assertEquals, assertThrows } from "@std/assert";
import { toIsoTime } from "./clock.ts";
import { AppError } from "./app_error.ts";
import { parsePointInTime } from "./point_in_time.ts";

const MODULE = new URL("./point_in_time.ts", import.meta.url).href;

/** Reads each text in a process of its own, whose zone it is, and compares what comes out, in UTC, with what should. */
async function check(zone: string, now: string, expected: Record<string, string>): Promise<void> {
  const texts = JSON.stringify(Object.keys(expected));
  const program = `import { parsePointInTime } from "${MODULE}";
    const times = ${texts}.map((text) => parsePointInTime(text, Date.parse("${now}")));
    console.log(JSON.stringify(times));`;
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--quiet", program],
    env: { TZ: zone, NO_COLOR: "1" },
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  const times: number[] = JSON.parse(new TextDecoder().decode(stdout));
  for (const [index, [text, time]] of Object.entries(expected).entries()) {
    const read = toIsoTime(times[index]!).replace(":00.000Z", "Z");
    assertEquals(read, time, `${text} in ${zone}`);
  }
}

Deno.test("B8 parsePointInTime() takes what names no zone for local time", async () => {
  await check("Asia/Kolkata", "2026-11-29T20:00:00Z", {
    "2026-11-29": "2026-11-28T18:30Z",
    "2026-11-29T00:00:00": "2026-11-28T18:30Z",
    "2026-11-29 00:00": "2026-11-28T18:30Z",
    "12:30": "2026-11-30T07:00Z",
    "today": "2026-11-29T18:30Z",
    "yesterday": "2026-11-28T18:30Z",
    "Yesterday 14:00": "2026-11-29T08:30Z",
    "2026-11-29T00:00:00Z": "2026-11-29T00:00Z",
  });
  await check("America/New_York", "2026-11-29T03:00:00Z", {
    "2026-11-29": "2026-11-29T05:00Z",
    "today": "2026-11-28T05:00Z",
    "yesterday 14:00": "2026-11-27T19:00Z",
    "9:05": "2026-11-28T14:05Z",
    "today 23:59:59.25": "2026-11-29T04:59:59.250Z",
    "2026-07-01T12:00": "2026-07-01T16:00Z",
  });
});

Deno.test("B8 parsePointInTime() knows when clocks are put forward and back", async () => {
  await check("Europe/Berlin", "2026-03-30T08:00:00Z", {
    "yesterday": "2026-03-28T23:00Z",
    "yesterday 14:00": "2026-03-29T12:00Z",
    "yesterday 01:30": "2026-03-29T00:30Z",
    // Skipped: the clocks showed 3:30 then.
    "2026-03-29T02:30": "2026-03-29T01:30Z",
    "today": "2026-03-29T22:00Z",
  });
  await check("Europe/Berlin", "2026-10-26T08:00:00Z", {
    "yesterday": "2026-10-24T22:00Z",
    "yesterday 02:30": "2026-10-25T00:30Z",
    "yesterday 14:00": "2026-10-25T13:00Z",
    "today": "2026-10-25T23:00Z",
  });
  await check("America/New_York", "2026-11-01T16:00:00Z", {
    "today": "2026-11-01T04:00Z",
    "00:30": "2026-11-01T04:30Z",
    "12:30": "2026-11-01T17:30Z",
    "24h": "2026-10-31T16:00Z",
  });
});

Deno.test("B8 parsePointInTime() reads RFC 3339, and how long ago", async () => {
  await check("Asia/Kolkata", "2026-01-01T00:00:00Z", {
    "2026-11-21T02:35:00Z": "2026-11-21T02:35Z",
    "2026-11-21t02:35:00.5z": "2026-11-21T02:35:00.500Z",
    "2026-11-21T02:35:00.123456789Z": "2026-11-21T02:35:00.123Z",
    "2026-11-21T02:35:00+05:30": "2026-11-20T21:05Z",
    "2026-11-21 02:35 -0800": "2026-11-21T10:35Z",
    "2026-11-21 02:35 UTC": "2026-11-21T02:35Z",
    "yesterday 14:00Z": "2025-12-31T14:00Z",
    "now": "2026-01-01T00:00Z",
    "10m": "2025-12-31T23:50Z",
    "2h ago": "2025-12-31T22:00Z",
    " 1h30m  ago ": "2025-12-31T22:30Z",
    "1d": "2025-12-31T00:00Z",
    "2024-02-29": "2024-02-28T18:30Z",
  });
});

Deno.test("B8 parsePointInTime() refuses what is no point in time, and shows how to write one", () => {
  const wrong = [
    ...[
      "",
      " ",
      "x",
      "tomorrow",
      "yesterday at noon",
      "ago",
      "5",
      "5 m",
      "-5m",
      "-1",
      "12",
      "12.30",
    ],
    ...["25:00", "24:00", "12:60", "12:30:60", "12:3", "1:2:3", "2026", "2026-11", "2026-11-31"],
    ...["2026-02-29", "2026-13-01", "2026-00-10", "2026-1-2", "2026-11-29T", "2026-11-29T25:00"],
    ...["2026-11-29T12", "2026-11-29Z", "29.11.2026", "11/29/2026", "2026-11-29T12:30+25:00"],
    ...[
      "2026-11-29T12:30:00+5",
      "Nov 29 2026",
      "today yesterday",
      "1000000d",
      "2026-11-29T12:30:00Zx",
    ],
  ];
  for (const text of wrong) {
    const error = assertThrows(
      () => parsePointInTime(text, 0),
      AppError,
      "Not a point in time",
      text,
    );
    assertEquals(error.code, "usage.bad_time");
  }
});
