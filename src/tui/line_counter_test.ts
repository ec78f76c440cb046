import { assertEquals } from "@std/assert";
import { keepWithin } from "../logs/bound.ts";
import { collapseFront, LogBox } from "../logs/testdata/log_box.ts";
import { LineCounter } from "./line_counter.ts";

Deno.test("H LineCounter counts on from where it was", () => {
  using box = new LogBox();
  const counter = new LineCounter(box.paths.stdout, 4);
  assertEquals(counter.count(), { lines: 0, isAll: true });
  box.append("stdout", "one\ntwo\nthr");
  assertEquals(counter.count(), { lines: 1, isAll: true });
  box.append("stdout", "ee\n\n");
  assertEquals([counter.count(), counter.count()], [
    { lines: 3, isAll: true },
    { lines: 3, isAll: true },
  ]);
});

Deno.test("H LineCounter says when there are more lines than it could count", () => {
  using box = new LogBox();
  const counter = new LineCounter(box.paths.stdout, 0);
  box.append("stdout", "x\n".repeat(9_000_000));
  assertEquals(counter.count(), { lines: 8 * 1024 * 1024, isAll: false });
  assertEquals(counter.count(), { lines: 9_000_000, isAll: true });
  const late = new LineCounter(box.paths.stdout, 0);
  const { stdout: path, stdoutBase: basePath } = box.paths;
  assertEquals(keepWithin({ path, basePath }, 1, { cut: collapseFront }).outcome, "cut");
  assertEquals(late.count().isAll, false);
});
