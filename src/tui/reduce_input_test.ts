import { assertEquals } from "@std/assert";
import { DOWN, toJob, toJobs, TuiWorld } from "../../tests/support/tui_fixture.ts";
import type { Action } from "./action.ts";
import type { MouseAction } from "./key_input.ts";
import { fieldOf } from "./text_field.ts";

const SIZE = { columns: 80, rows: 24 };

function mouse(action: MouseAction, x: number, y: number): Action {
  return { type: "input", event: { type: "mouse", action, x, y } };
}

function paste(text: string): Action {
  return { type: "input", event: { type: "paste", text } };
}

Deno.test("q and Ctrl+C quit; Ctrl+C also while something is asked", () => {
  assertEquals(new TuiWorld(SIZE, []).do("q").effects, [{ type: "quit" }]);
  assertEquals(new TuiWorld(SIZE, toJobs(1)).do("/", "q").effects, []);
  assertEquals(new TuiWorld(SIZE, toJobs(1)).do("d", "ctrl+c").effects, [{ type: "quit" }]);
});

Deno.test("s stops a job that is up and starts one that is down, r restarts", () => {
  const world = new TuiWorld(SIZE, [
    toJob("a"),
    toJob("b", DOWN),
    toJob("c", { status: "backoff" }),
  ]);
  world.do("s", "r", "j", "s", "j", "s");
  const wishes = world.effects.map((effect) =>
    effect.type === "request" && `${effect.request} ${effect.jobIds}`
  );
  assertEquals(wishes, ["stop a", "restart a", "start b", "stop c"]);
});

Deno.test("keys about a job do nothing where there is none", () => {
  const world = new TuiWorld(SIZE, []).do("s", "r", "d", "x", "enter", "escape", "G", "pagedown");
  assertEquals([world.effects, world.state.mode.kind], [[], "normal"]);
});

Deno.test("d asks, and removes only after y; by force what is up", () => {
  const world = new TuiWorld(SIZE, [toJob("a", { name: "api" }), toJob("b", DOWN)]);
  world.do("d", "n", "d", "escape", "d", "enter");
  assertEquals(world.effects, []);
  world.do("d", "y", "j", "d", "y");
  assertEquals(
    world.effects.map((effect) => effect.type === "request" && { ...effect, label: "" }),
    [
      { type: "request", request: "remove", jobIds: ["a"], label: "", force: true },
      { type: "request", request: "remove", jobIds: ["b"], label: "", force: false },
    ],
  );
});

Deno.test("d forgets its question when the job goes away meanwhile", () => {
  const world = new TuiWorld(SIZE, toJobs(2)).do("d", { type: "snapshot", jobs: [], seq: 2 });
  assertEquals(world.state.mode.kind, "normal");
});

Deno.test("x sends the signal that is picked or typed", () => {
  const world = new TuiWorld(SIZE, toJobs(1));
  world.do("x", "enter").do("x", "right", "right", "enter").do("x", "left", "enter");
  world.do("x").type("winch").do("enter").do("x", "escape");
  const signals = world.effects.map((effect) =>
    effect.type === "request" && effect.request === "signal" && effect.signal
  );
  assertEquals(signals, ["TERM", "HUP", "CONT", "WINCH"]);
});

Deno.test("x says so when there is no process", () => {
  const world = new TuiWorld(SIZE, [toJob("a", { name: "api", ...DOWN })]).do("x");
  assertEquals(world.state.mode.kind, "normal");
  assertEquals(world.state.note?.text, "api has no process to signal");
});

Deno.test("/ filters while it is typed; Enter keeps, Escape brings back what was", () => {
  const jobs = [
    toJob("a", { name: "api" }),
    toJob("b", { name: "web" }),
    toJob("c", { name: "web2" }),
  ];
  const world = new TuiWorld(SIZE, jobs).do("/").type("web");
  assertEquals([world.state.filter, world.state.selectedId], ["web", "b"]);
  world.do("down");
  assertEquals(world.state.selectedId, "c");
  world.do("enter", "/", "2", "escape");
  assertEquals([world.state.filter, world.state.mode.kind], ["web", "normal"]);
  world.do("escape");
  assertEquals([world.state.filter, world.state.selectedId], ["", "c"]);
});

Deno.test("/ can be edited", () => {
  const world = new TuiWorld(SIZE, toJobs(1)).do("/").type("one twö").do("backspace");
  assertEquals(world.state.filter, "one tw");
  assertEquals(world.do("home").type("a ").do("end").state.filter, "a one tw");
  assertEquals(world.do("ctrl+w", "ctrl+a", "delete", "delete").state.filter, "one ");
  world.do("end");
  assertEquals(world.do(paste("日\nx\x1b")).state.filter, "one 日 x");
  assertEquals(world.do("ctrl+u", "backspace").state.mode.kind, "normal");
});

Deno.test("a paste outside of a question is not taken for keys", () => {
  const world = new TuiWorld(SIZE, toJobs(2)).do(paste("sdyq"));
  assertEquals([world.effects, world.state.mode.kind], [[], "normal"]);
});

Deno.test("Tab decides whether keys move in the list or in the output", () => {
  const world = new TuiWorld(SIZE, toJobs(2)).output(
    ...Array.from({ length: 50 }, (_, i) => `${i}`),
  );
  world.do("tab", "k");
  assertEquals([world.state.focus, world.state.selectedIndex, world.state.output.follow], [
    "output",
    0,
    false,
  ]);
  world.do("G");
  assertEquals(world.state.output.follow, true);
  world.do("g");
  assertEquals(world.state.output.top.line, 0);
  world.do("tab", "j");
  assertEquals([world.state.focus, world.state.selectedIndex], ["list", 1]);
});

Deno.test("J and K scroll the output from anywhere, f follows it again", () => {
  const world = new TuiWorld(SIZE, toJobs(2)).output(
    ...Array.from({ length: 50 }, (_, i) => `${i}`),
  );
  world.do("K", "K");
  assertEquals([world.state.selectedIndex, world.state.output.follow], [0, false]);
  assertEquals(world.do("f").state.output.follow, true);
  assertEquals(world.do("f").state.output.follow, false);
  // There is nothing below: whoever goes on down wants to follow.
  assertEquals(world.do("J").state.output.follow, true);
  assertEquals(world.do("w").state.output.wrap, true);
});

Deno.test("Enter zooms the output, Escape goes back step by step", () => {
  const world = new TuiWorld(SIZE, toJobs(2)).do("/").type("a").do("enter", "tab", "enter");
  assertEquals([world.state.zoomed, world.state.focus], [true, "output"]);
  world.do("escape");
  assertEquals([world.state.zoomed, world.state.focus, world.state.filter], [false, "list", "a"]);
  assertEquals(world.do("escape").state.filter, "");
});

Deno.test("the help scrolls where it does not fit, and any other key closes it", () => {
  const world = new TuiWorld({ columns: 40, rows: 12 }, toJobs(1)).do("?", "down", "pagedown");
  assertEquals(world.state.mode, { kind: "help", top: 10 });
  world.do("up", mouse("wheel_down", 5, 5));
  assertEquals(world.state.mode, { kind: "help", top: 12 });
  world.do(...Array(20).fill("pagedown"), "q");
  assertEquals([world.state.mode.kind, world.effects], ["normal", []]);
});

Deno.test("m gives the mouse to the terminal and back", () => {
  assertEquals(new TuiWorld(SIZE, []).do("m", "m").effects, [
    { type: "mouse", on: false },
    { type: "mouse", on: true },
  ]);
});

Deno.test("a attaches to a job that is up and has a terminal, and says why not to others", () => {
  const terminal_size = { columns: 80, rows: 24 };
  const jobs = [
    toJob("a00", { name: "vim", terminal_size }),
    toJob("b00", { name: "api" }),
    toJob("c00", { name: "off", terminal_size, ...DOWN }),
  ];
  const world = new TuiWorld(undefined, jobs).do("a");
  assertEquals(world.effects, [{ type: "attach", jobId: "a00" }]);
  world.do("down", "a");
  assertEquals(world.state.note?.text, "api has no terminal: Enter zooms its output");
  world.do("down", "a");
  assertEquals(world.state.note?.text, "off is down: s starts it");
  assertEquals([new TuiWorld().do("a").effects, world.effects.length], [[], 1]);
});

Deno.test("Space marks jobs, and keys act on all that are marked until Escape", () => {
  const world = new TuiWorld(SIZE, [toJob("a"), toJob("b", DOWN), toJob("c")]).do(" ", " ");
  assertEquals([[...world.state.marked], world.state.selectedId], [["a", "b"], "c"]);
  world.do("r", "s", "d", "y", "escape", "r");
  const wishes = world.effects.map((effect) =>
    effect.type === "request" && `${effect.request} ${effect.jobIds}`
  );
  assertEquals(wishes, ["restart a,b", "stop a", "remove a,b", "restart c"]);
  world.do("k", " ", { type: "snapshot", jobs: [toJob("a")], seq: 2 });
  assertEquals(world.state.marked.size, 0);
});

Deno.test("R restarts all jobs after y", () => {
  const world = new TuiWorld(SIZE, toJobs(2)).do("R", "n", "R", "y");
  assertEquals(world.effects, [
    { type: "request", request: "restart", jobIds: ["a00", "a01"], label: "all jobs" },
  ]);
});

Deno.test("n and e take a line as imp add and imp set do", () => {
  const jobs = [toJob("a", { name: "api", command: ["sh", "-c", "echo 1"] })];
  const world = new TuiWorld(SIZE, jobs).do("n").type("make").do("enter", "n", "escape");
  world.do("e");
  assertEquals(world.state.mode, { kind: "edit", jobId: "a", typed: fieldOf("-- sh -c 'echo 1'") });
  world.do("backspace").type("2'").do("home", "right", "right", "right").type("/bin/").do("enter");
  assertEquals(world.effects, [
    { type: "command", words: ["add"], line: "make" },
    { type: "command", words: ["set", "a"], line: "-- /bin/sh -c 'echo 12'" },
  ]);
});

Deno.test("e does not write over what is masked", () => {
  const world = new TuiWorld(SIZE, [toJob("a", { command: ["x", "--token", "***"] })]).do("e");
  assertEquals(world.state.mode, { kind: "edit", jobId: "a", typed: fieldOf("") });
});

Deno.test("i shows details when they are there, and any key closes them", () => {
  const world = new TuiWorld({ columns: 40, rows: 12 }, toJobs(1)).do("i");
  assertEquals(world.effects, [{ type: "details", jobId: "a00" }]);
  const lines = Array.from({ length: 15 }, (_, index) => `${index}`);
  world.do({ type: "details", jobId: "other", lines: [] }, {
    type: "details",
    jobId: "a00",
    lines,
  });
  assertEquals(world.do("pagedown").state.mode, { kind: "details", jobId: "a00", lines, top: 5 });
  assertEquals(world.do("i").state.mode.kind, "normal");
});
