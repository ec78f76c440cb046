import { assertEquals } from "@std/assert";
import { DOWN, NOW_MS, toJob, TuiWorld } from "../../tests/support/tui_fixture.ts";
import { LogBox } from "../logs/testdata/log_box.ts";
import { lookAtLogs } from "./look_at_logs.ts";

Deno.test("lookAtLogs() looks at what may have been written, and once at what is over", () => {
  using box = new LogBox();
  box.append("stdout", "one\n");
  Deno.utimeSync(box.paths.stdout, NOW_MS / 1_000, NOW_MS / 1_000);
  const world = new TuiWorld(undefined, [toJob("V3x"), toJob("W4y", DOWN)]);
  const look = () => {
    const times = lookAtLogs(box.dir, world.state);
    world.do({ type: "written", times });
    return Object.fromEntries(times);
  };
  assertEquals(look(), { V3x: NOW_MS, W4y: 0 });
  Deno.mkdirSync(`${box.dir}/W4y`);
  Deno.writeTextFileSync(`${box.dir}/W4y/1.stdout.log`, "late");
  Deno.utimeSync(box.paths.stdout, NOW_MS / 1_000 + 5, NOW_MS / 1_000 + 5);
  assertEquals(look(), { V3x: NOW_MS + 5_000, W4y: 0 });
});
