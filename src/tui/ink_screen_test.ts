import { assertEquals, assertMatch } from "@std/assert";
import { assertGolden } from "../../tests/support/golden.ts";
import { DOWN, secondsAgo, toJob, toJobs, TuiWorld } from "../../tests/support/tui_fixture.ts";
import type { JobView } from "../protocol/job_view.ts";
import { createInkScreen } from "./ink_screen.tsx";
import { PLAIN_STYLE } from "../text/sgr_style.ts";
import type { TuiState } from "./state.ts";
import { toStyledLine } from "../text/styled_line.ts";
import { textWidth } from "../text/clean_text.ts";
import { createPaint } from "./paint.ts";

const SIZES = [{ columns: 80, rows: 24 }, { columns: 120, rows: 40 }, { columns: 40, rows: 12 }];

/** A project as one meets it: something of everything. */
const JOBS: readonly JobView[] = [
  toJob("V3x", { name: "api", ports: [8080], restarts: 2, run: 3, created_at: secondsAgo(99) }),
  toJob("W4y", { name: "web-with-a-name-that-is-long", created_at: secondsAgo(98) }),
  toJob("X5z", {
    name: "worker",
    ready: false,
    started_at: secondsAgo(2),
    created_at: secondsAgo(97),
  }),
  toJob("Y6a", { name: "build", ...DOWN, created_at: secondsAgo(96) }),
  toJob("Z7b", {
    name: "tests",
    ...DOWN,
    status: "failed",
    exit_code: 1,
    reason: "gave up after 5 restarts",
    created_at: secondsAgo(95),
  }),
  toJob("A8c", {
    name: "queue",
    ...DOWN,
    status: "backoff",
    signal: "SIGSEGV",
    exit_code: null,
    restarts: 12,
    next_start_at: secondsAgo(-8),
    created_at: secondsAgo(94),
  }),
  toJob("B9d", {
    name: null,
    command: ["python3", "-m", "http.server"],
    ...DOWN,
    status: "stopped",
    exit_code: null,
    signal: "SIGTERM",
    created_at: secondsAgo(93),
  }),
  toJob("C2e", {
    name: "gone",
    ...DOWN,
    status: "lost",
    exit_code: null,
    created_at: secondsAgo(92),
  }),
];

function world(size: { columns: number; rows: number }, jobs: readonly JobView[] = JOBS): TuiWorld {
  const world = new TuiWorld(size, jobs);
  for (const cpu of [0, 3, 20, 55, 100, 12.4]) {
    const use = { cpu_percent: cpu, memory_bytes: 120 * 1024 ** 2, ports: [8080] };
    world.do({ type: "usage", jobs: jobs.map((job) => ({ ...job, ...use })) });
  }
  return world;
}

function log(world: TuiWorld, ...lines: string[]): TuiWorld {
  let style = PLAIN_STYLE;
  return world.output(...lines.map((line) => {
    const isError = line.startsWith("!");
    const styled = toStyledLine(isError ? line.slice(1) : line, { style, color: true });
    style = styled.style;
    return { kind: isError ? "stderr" as const : "stdout" as const, text: styled.text };
  }));
}

const OUTPUT = [
  "listening on :8080",
  "\x1b[32mGET\x1b[0m /api/ユーザー \x1b[1;33m200\x1b[0m 12ms",
  "!\x1b[31mTypeError: 日本語 is not a function",
  "!    at main.ts:12:7\x1b[0m",
  "wide 👩‍👩‍👧 e\u0301 and tabs\there\tthere",
  "a line that is longer than the panel is wide, even on a terminal that is itself rather wide, so it is cut",
];

function draw(state: TuiState, color: boolean): string[] {
  using screen = createInkScreen(createPaint(color));
  return screen.draw(state);
}

/** The screen as text, colours taken out. */
function plain(state: TuiState): string {
  // deno-lint-ignore no-control-regex
  return draw(state, true).map((line) => line.replace(/\x1b\[[\d;]*m/g, "")).join("\n");
}

function golden(name: string, { columns, rows }: { columns: number; rows: number }): URL {
  return new URL(`testdata/${name}_${columns}x${rows}.txt`, import.meta.url);
}

const SCENES: Readonly<Record<string, (size: { columns: number; rows: number }) => TuiWorld>> = {
  following: (size) => log(world(size), ...OUTPUT),
  wrapped: (size) => log(world(size), ...OUTPUT).do("w", "tab"),
  failing: (size) =>
    log(world(size).do("j", "j", "j", "j"), "!Error: boom", "!1 of 3 tests failed"),
  filter: (size) => log(world(size).do("/").type("we"), "compiled"),
  help: (size) => world(size).do("?"),
  remove: (size) => world(size).do("d"),
  signal: (size) => world(size).do("x", "right", "right", "right"),
  no_jobs: (size) => world(size, []),
  connecting: (size) => new TuiWorld(size),
  reconnecting: (size) =>
    log(world(size), ...OUTPUT).do({
      type: "link",
      link: "reconnecting",
      reason: "connection lost",
    }),
  note: (size) =>
    world(size).do({ type: "note", text: "Cannot stop: it is haunted", isError: true }),
  many: (size) => world(size, toJobs(200)).do("G", "k", "k", "k"),
  scrolled: (size) =>
    log(world(size), ...Array.from({ length: 100 }, (_, index) => `line ${index}`))
      .do("tab", "pageup", "right").notes(12),
  zoomed: (size) => log(world(size), ...OUTPUT).do("enter"),
};

for (const [name, scene] of Object.entries(SCENES)) {
  Deno.test(`the screen "${name}" looks as it did at 80×24, 120×40 and 40×12`, () => {
    for (const size of SIZES) {
      const { state } = scene(size);
      assertGolden(golden(name, size), plain(state));
    }
  });
}

Deno.test("H a job that waits for its next start, or is not ready, does not count as up", () => {
  const titleAt = (columns: number) => plain(world({ columns, rows: 24 }).state).split("\n")[0]!;
  const all = "2 up · 1 starting · 1 waiting · 2 failed · 8 jobs";
  assertEquals(titleAt(80).trim().split(/ {2,}/).at(-1), all);
  assertEquals(titleAt(64).trim().split(/ {2,}/).at(-1), all.replace(" · 8 jobs", ""));
  assertEquals(titleAt(30).endsWith(" 2 up "), true);
});

Deno.test("colours are where they were", () => {
  const size = { columns: 80, rows: 24 };
  const lines = draw(log(world(size), ...OUTPUT).state, true);
  // deno-lint-ignore no-control-regex
  const shown = lines.map((line) => line.replace(/\x1b\[([\d;]*)m/g, "‹$1›")).join("\n");
  assertGolden(golden("colors", size), shown);
});

Deno.test("without colours there are none, and the selection is still seen", () => {
  const state = world({ columns: 80, rows: 24 }).state;
  const text = draw(state, false).join("\n");
  // deno-lint-ignore no-control-regex
  const codes = new Set([...text.matchAll(/\x1b\[([\d;]*)m/g)].map((match) => match[1]));
  assertEquals([...codes].sort(), ["1", "22", "27", "7"]);
});

Deno.test("every line is at most as wide as the screen, in every scene and at odd sizes", () => {
  const sizes = [...SIZES, { columns: 24, rows: 6 }, { columns: 10, rows: 3 }, {
    columns: 1,
    rows: 1,
  }, {
    columns: 71,
    rows: 17,
  }, { columns: 200, rows: 60 }];
  using screen = createInkScreen(createPaint(true));
  for (const size of sizes) {
    for (const [name, scene] of Object.entries(SCENES)) {
      const lines = screen.draw(scene(size).state);
      assertEquals(lines.length, size.rows);
      const tooWide = lines.filter((line) => textWidth(line) > size.columns);
      assertEquals(tooWide, [], `${name} ${size.columns}×${size.rows}`);
    }
  }
});

Deno.test("the screen tells where a browser finds the port that a job calls http", () => {
  const port = { auto: true, listening: true, url: "http://localhost:8080/" };
  const jobs = [{ ...JOBS[0]!, ports_declared: [{ ...port, name: "http", port: 8080 }] }];
  const [title] = plain(world({ columns: 120, rows: 40 }, jobs).state).split("\n")
    .filter((line) => line.includes("http://"));
  assertEquals(/ · (\S+) · pid /.exec(title!)?.[1], "http://localhost:8080/");
});

Deno.test("the heading of an earlier run tells nothing of the one that runs now", () => {
  const { id, name } = JOBS[0]!;
  const chosen = world({ columns: 120, rows: 40 }).do({ type: "run_chosen", jobId: id, run: 2 });
  const heading = () =>
    plain(chosen.state).split("\n").find((line) => line.includes(`${name} ${id}`));
  assertMatch(heading()!, /│ +api V3x *$/);
  const job = { ...JOBS[0]!, ...DOWN, run: 2 };
  chosen.do({ type: "run_told", run: 2, job });
  assertMatch(heading()!, /api V3x · exited · took 20s · run 2/);
});
