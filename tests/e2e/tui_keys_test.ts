/** Every key of the screen, pressed in a real terminal of every size. */
import { assertEquals } from "@std/assert";
import type { KeyCommand } from "../../src/tui/keys.ts";
import { KEY_BINDINGS } from "../../src/tui/keys.ts";
import { type Box, openBox } from "../support/box.ts";
import { eventually } from "../support/eventually.ts";
import { openTerminal, type Terminal, TERMINAL_TOOLS } from "../support/pty.ts";

const SIZES = [
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
  { columns: 200, rows: 50 },
  { columns: 40, rows: 12 },
];
const PAGER = new URL("../fixtures/pager.sh", import.meta.url).pathname;
/** Where the view is, when it does not follow. */
const HELD = /\[[^\]\n]*\d%/;
const END = "line 3000";

interface World {
  readonly box: Box;
  /** Its own for each size: they go on at the same time. */
  readonly daemonId: string;
}

type Step = (terminal: Terminal, world: World) => Promise<unknown>;

/** Presses keys, and waits for what the screen shows then. */
function shows(keys: string, pattern: RegExp | string): Step {
  return async (terminal) => {
    await terminal.press(...keys.split(" "));
    await terminal.waitForScreen(pattern);
  };
}

/** Presses a key, types, presses Enter, and waits for what the screen shows then. */
function typed(key: string, text: string, pattern: RegExp | string): Step {
  return async (terminal) => {
    await terminal.press(key);
    await terminal.press("C-u");
    await terminal.type(text);
    await terminal.press("Enter");
    await terminal.waitForScreen(pattern);
  };
}

function all(...steps: Step[]): Step {
  return async (terminal, world) => {
    for (const step of steps) await step(terminal, world);
  };
}

/** The screen once this is gone. */
function without(text: string): RegExp {
  return new RegExp(`^(?![^]*${text})`);
}

const FOLLOWS = /^(?![^]*\[[^\]\n]*\d%)[^]*line 3000/;

/** In the order in which they are pressed; the first half in the output, the other in the list. */
const STEPS: Readonly<Record<KeyCommand, Step>> = {
  switch_focus: shows("Tab", "/ search"),
  first: shows("g", /line 1\n[^]*line 2\n/),
  down: shows("j j j", without("line 1\n")),
  page_down: shows("NPage", without("line 3\n")),
  page_up: shows("PPage PPage", /line 1\n/),
  last: shows("G", FOLLOWS),
  up: shows("k", HELD),
  follow: shows("f", FOLLOWS),
  search: typed("/", "777", "line 2777"),
  previous: shows("N", "line 1777"),
  next: all(shows("n", "line 2777"), shows("Escape", without("/777")), shows("G", FOLLOWS)),
  wrap: all(shows("w", "[wrap]"), shows("w", END)),
  times: all(shows("t", /\d\d:\d\d:\d\d\.\d{3} line 3000/), shows("t", / line 3000/)),
  streams: all(shows("o", "[stdout]"), shows("o", /\[stderr\][^]*oops/), shows("o", END)),
  right: shows("Right", "[→"),
  left: shows("Left", END),
  output_up: shows("K", HELD),
  output_down: shows("J", FOLLOWS),
  copy: shows("y", "Copied"),
  pager: async (terminal) => {
    await terminal.press("p");
    await terminal.waitForScreen(/^PAGING/m);
    await terminal.press("Enter");
    await terminal.waitForScreen(END);
  },
  earlier: shows("[", "[run 1"),
  later: shows("]", without("\\[run 1")),
  zoom: shows("Enter", /^[^\n]*\n . log /),
  leave: shows("Escape", /▸. log/),
  mark: all(shows("Space Up", /^\+. log/m), shows("Escape", /^▸. log/m)),
  mouse: async (terminal) => {
    for (const [key, flag] of [["m", "0"], ["m", "1"]] as const) {
      await terminal.press(key);
      await eventually(
        "the mouse is given",
        async () => await terminal.show("#{mouse_any_flag}") === flag,
      );
    }
  },
  details: all(shows("i", "closes this"), shows("Escape", without("closes this"))),
  new: async (terminal) => {
    await terminal.press("n");
    await terminal.type("sleep 10000x00");
    await terminal.press("Left", "Left", "BSpace", "Home");
    await terminal.type("--name frish -- ");
    await terminal.press("M-b", "C-Left", "Right", "Right", "DC");
    await terminal.type("e");
    await terminal.waitForScreen("imp add --name fresh -- sleep 1000000");
    await terminal.press("Enter");
    await terminal.waitForScreen("Added job");
  },
  edit: all(shows("End", /[▸+]. fresh/), typed("e", "--restart always", "Changed job")),
  start_stop: all(shows("s", /▸○ fresh/), shows("s", /▸● fresh/)),
  restart: shows("r", "Restarted fresh"),
  restart_all: all(shows("R", "Restart all jobs? y / n"), shows("n", without("y / n"))),
  signal: all(shows("x", "signal to fresh"), shows("Escape", without("signal to"))),
  remove: all(shows("d", "y / n"), shows("y", /▸. tty/)),
  attach: async (terminal) => {
    await terminal.press("a");
    await terminal.waitForScreen(/^HELLO/m);
    await terminal.press("C-\\", "d");
    await terminal.waitForScreen(/Detached from [^]*$/);
  },
  filter: all(typed("/", "zzz", "no job has"), shows("Escape", /. log/)),
  help: all(shows("?", "closes this"), shows("Escape", without("closes this"))),
  redraw: shows("C-l", /. log/),
  suspend: async (terminal, { box, daemonId }) => {
    await terminal.press("C-z");
    await eventually("it has let go", async () => await terminal.show("#{alternate_on}") === "0");
    for (const { pid, command } of await box.processes()) {
      if (command.endsWith(` tui --daemon-id ${daemonId}`)) Deno.kill(pid, "SIGCONT");
    }
    await terminal.waitForScreen(/. log/);
  },
  quit: async (terminal) => {
    await terminal.press("q");
    assertEquals(await terminal.waitForEnd(), 0);
  },
};

function hasTools(): boolean {
  const check = TERMINAL_TOOLS.map((tool) => `command -v ${tool}`).join(" && ");
  return new Deno.Command("/bin/sh", { args: ["-c", check], stdout: "null" }).outputSync().success;
}

/** A job with two runs of 3,000 lines, one that is done, and one with a terminal. */
async function addJobs({ box, daemonId }: World): Promise<void> {
  const add = (name: string, flags: string[], ...command: string[]) =>
    box.impOk(["add", "-q", "--daemon-id", daemonId, "--name", name, ...flags, "--", ...command]);
  const lines = 'i=0; while [ $i -lt 3000 ]; do i=$((i+1)); echo "line $i"; done';
  await add(
    "log",
    [],
    "sh",
    "-c",
    `echo oops >&2; ${lines}; printf "wide %0300d\\n" 0; exec sleep 1000000`,
  );
  await add("done", [], "true");
  await add("tty", ["--tty"], "sh", "-c", "echo HELLO; exec cat");
  await box.impOk(["wait", "--daemon-id", daemonId, "--output", END, "log"]);
  await box.impOk(["restart", "-q", "--daemon-id", daemonId, "log"]);
}

Deno.test({
  name: "every key of the table does on the screen what it says, in every size",
  ignore: !hasTools(),
  async fn() {
    const commands = KEY_BINDINGS.map(({ command }) => command).toSorted();
    assertEquals(Object.keys(STEPS).toSorted(), commands);
    await using box = await openBox();
    await Promise.all(SIZES.map(async (size, index) => {
      const world = { box, daemonId: `d${index}` };
      await addJobs(world);
      const line = `imp tui --daemon-id ${world.daemonId}`;
      await using terminal = await openTerminal(box, line, { ...size, env: { PAGER } });
      await terminal.waitForScreen(/▸● log[^]*line 3000/);
      for (const step of Object.values(STEPS)) await step(terminal, world);
    }));
  },
});
