import { assertEquals } from "@std/assert";
import { DOWN, secondsAgo, toJob, toJobs } from "../../tests/support/tui_fixture.ts";
import {
  CPU_SAMPLES,
  filterJobs,
  type JobItem,
  labelOf,
  noteUsage,
  removeJob,
  replaceJobs,
  upsertJob,
} from "./job_list.ts";

const ids = (items: readonly JobItem[]) => items.map(({ job }) => job.id).join(" ");

Deno.test("replaceJobs() and upsertJob() keep the order in which jobs were made", () => {
  const late = toJob("late", { created_at: secondsAgo(1) });
  const items = replaceJobs([], [late, ...toJobs(2)]);
  assertEquals(ids(items), "a00 a01 late");
  assertEquals(
    ids(upsertJob(items, toJob("new", { created_at: secondsAgo(5) }))),
    "a00 a01 new late",
  );
  assertEquals(ids(upsertJob(items, { ...late, status: "stopping" })), "a00 a01 late");
  assertEquals(ids(removeJob(items, "a01")), "a00 late");
});

Deno.test("noteUsage() takes over what processes use, and nothing that events know better", () => {
  const items = replaceJobs([], [toJob("a"), toJob("b", DOWN)]);
  const sample = { cpu_percent: 12, memory_bytes: 5_000, ports: [8080] };
  const [a, b] = noteUsage(items, [
    toJob("a", { ...sample, status: "stopping" }),
    toJob("b", { ...DOWN, ...sample }),
  ]);
  assertEquals([a!.job.cpu_percent, a!.job.ports, a!.job.status, a!.cpu], [12, [8080], "running", [
    12,
  ]]);
  assertEquals([b!.job.cpu_percent, b!.cpu], [null, []]);
});

Deno.test("noteUsage() ignores samples of another run and keeps only the last ones", () => {
  let items = replaceJobs([], [toJob("a", { run: 2 })]);
  items = noteUsage(items, [toJob("a", { run: 1, cpu_percent: 50 })]);
  assertEquals(items[0]!.cpu, []);
  for (let cpu = 0; cpu < 40; cpu++) {
    items = noteUsage(items, [toJob("a", { run: 2, cpu_percent: cpu })]);
  }
  assertEquals(items[0]!.cpu.length, CPU_SAMPLES);
  assertEquals(items[0]!.cpu.at(-1), 39);
});

Deno.test("upsertJob() keeps what was measured until the run ends, and begins anew with the next", () => {
  let items = noteUsage(replaceJobs([], [toJob("a")]), [
    toJob("a", { cpu_percent: 7, memory_bytes: 9 }),
  ]);
  items = upsertJob(items, toJob("a", { ready: false }));
  assertEquals([items[0]!.job.cpu_percent, items[0]!.job.memory_bytes, items[0]!.cpu], [7, 9, [7]]);
  items = upsertJob(items, toJob("a", DOWN));
  assertEquals([items[0]!.job.cpu_percent, items[0]!.cpu], [null, [7]]);
  items = upsertJob(items, toJob("a", { run: 2 }));
  assertEquals([items[0]!.cpu, items[0]!.ended?.run], [[], 1]);
});

Deno.test("filterJobs() finds all words in name, id, status and command, in any case", () => {
  const items = replaceJobs([], [
    toJob("V3x", { name: "api", command: ["deno", "task", "api"] }),
    toJob("W4y", { name: "web", command: ["npm", "start"], ...DOWN }),
    toJob("X5z", { name: null, command: ["make", "WEB"] }),
  ]);
  const find = (filter: string) => ids(filterJobs(items, filter));
  assertEquals(find(""), "V3x W4y X5z");
  assertEquals(find("web"), "W4y X5z");
  assertEquals(find("  WEB exited "), "W4y");
  assertEquals(find("v3"), "V3x");
  assertEquals(find("(["), "");
});

Deno.test("labelOf() is harmless whatever the job is called", () => {
  assertEquals(labelOf(toJob("a", { name: "api" })), "api");
  assertEquals(labelOf(toJob("a", { name: null, command: ["echo", "\x1b[2J\nx"] })), "echo [2J x");
});
