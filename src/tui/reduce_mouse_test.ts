import { assertEquals } from "@std/assert";
import { toJobs, TuiWorld } from "../../tests/support/tui_fixture.ts";
import type { Action } from "./action.ts";
import type { MouseAction } from "./key_input.ts";
import { layoutOf } from "./state.ts";

const SIZE = { columns: 80, rows: 24 };

function mouse(action: MouseAction, x: number, y: number): Action {
  return { type: "input", event: { type: "mouse", action, x, y } };
}

Deno.test("the wheel turns what is under the mouse, and a press chooses it", () => {
  const world = new TuiWorld(SIZE, toJobs(30)).output(
    ...Array.from({ length: 50 }, (_, i) => `${i}`),
  );
  world.do(mouse("wheel_up", 60, 10));
  assertEquals([world.state.output.follow, world.state.selectedIndex], [false, 0]);
  world.do(mouse("press", 60, 10));
  assertEquals(world.state.focus, "output");
  world.do(mouse("press", 5, 6));
  assertEquals([world.state.focus, world.state.selectedIndex], ["list", 4]);
  world.do(mouse("wheel_down", 5, 6));
  assertEquals(world.state.selectedIndex, 5);
  world.do(mouse("press", 5, 1), mouse("press", 5, 0), mouse("press", 5, 23));
  assertEquals(world.state.selectedIndex, 5);
});

Deno.test("a press on a key of the footer is that key", () => {
  const world = new TuiWorld(SIZE, toJobs(1)).do(mouse("press", 2, 23));
  assertEquals(world.effects.map((effect) => effect.type), ["request"]);
  assertEquals(world.do(mouse("press", 79, 23)).effects.at(-1), { type: "quit" });
});

Deno.test("the line between list and output can be dragged, and the output's heading", () => {
  const world = new TuiWorld(SIZE, toJobs(1));
  world.do(mouse("drag", 50, 5), mouse("press", 34, 5), mouse("drag", 50, 9));
  assertEquals(layoutOf(world.state).list.width, 50);
  world.do(mouse("drag", 200, 9));
  assertEquals(layoutOf(world.state).output.width, 16);
  world.do(mouse("release", 20, 9), mouse("drag", 20, 9));
  assertEquals(layoutOf(world.state).output.width, 16);
  const small = new TuiWorld({ columns: 40, rows: 24 }, toJobs(1));
  const { output } = layoutOf(small.state);
  small.do(mouse("press", 3, output.y), mouse("drag", 3, 4));
  assertEquals(layoutOf(small.state).list.height, 3);
});
