// deno-lint-ignore-file no-control-regex
/** The screen in a real terminal, which is tmux. */
import { assert, assertEquals } from "@std/assert";
import { type Box, openBox } from "../support/box.ts";
import { DEADLINE_MS, eventually } from "../support/eventually.ts";
import { fixture } from "../support/fixtures.ts";
import { assertGolden } from "../support/golden.ts";
import { openTerminal, type Terminal, TERMINAL_TOOLS } from "../support/pty.ts";

const SIZES = [{ columns: 80, rows: 24 }, { columns: 120, rows: 40 }, { columns: 40, rows: 12 }];
const SIGNAL_END = 143;

function hasTools(): boolean {
  const check = TERMINAL_TOOLS.map((tool) => `command -v ${tool}`).join(" && ");
  return new Deno.Command("/bin/sh", { args: ["-c", check], stdout: "null" }).outputSync().success;
}

function test(name: string, fn: (box: Box) => Promise<void>): void {
  Deno.test({
    name,
    ignore: !hasTools(),
    async fn() {
      await using box = await openBox();
      await fn(box);
    },
  });
}

/** Opens `imp tui` in a terminal. */
function openTui(box: Box, options: Parameters<typeof openTerminal>[2] = {}): Promise<Terminal> {
  return openTerminal(box, "imp tui --daemon-id d", options);
}

function add(
  box: Box,
  name: string,
  command: readonly string[],
  ...flags: string[]
): Promise<string> {
  return box.impOk(["add", "-q", "--daemon-id", "d", "--name", name, ...flags, "--", ...command]);
}

/** A project with a following log, a failure, and a job that is done; in this order. */
async function addJobs(box: Box): Promise<void> {
  await add(box, "web", fixture("colorful.sh"));
  await add(box, "broken", ["sh", "-c", "echo 'Error: boom' >&2; exit 3"]);
  await add(box, "done", ["true"]);
  await box.impOk(["wait", "--daemon-id", "d", "done"]);
  await box.imp(["wait", "--daemon-id", "d", "broken"]);
}

/** The screen with everything that is different each time taken out. */
function steady(screen: string): string {
  return screen
    .replace(/ +[\d.]+% +[\d.]+[BKMG][ ▁-█]*(?=│|$)/gm, " [usage]")
    .replace(/(took|after) [\d.]+m?s/g, "$1 [time]")
    .replace(/\d+[smh] ago */g, "[time] ago")
    .replace(/ · (up|took) .*$/gm, " · $1 [facts]")
    .replace(/^( .*|.*│ [●✗✓○] )(web|broken|done) [2-9A-Za-z]{3} ·/gm, "$1$2 [id] ·");
}

async function captureScenes(terminal: Terminal, size: string): Promise<void> {
  const golden = async (name: string, pattern: RegExp) => {
    await terminal.waitForScreen(pattern);
    const url = new URL(`testdata/tui_${name}_${size}.txt`, import.meta.url);
    // What is looked at may be half drawn.
    await eventually(`the screen is that of ${name}`, async () => {
      assertGolden(url, steady(await terminal.screen()));
      return true;
    });
  };
  await golden("following", /READY[^]*$/);
  await terminal.press("w");
  await golden("wrapped", /\[wrap\][^]*READY/);
  await terminal.press("w", "j");
  await golden("failing", /── exited with code 3/);
  await terminal.press("/");
  await terminal.type("do");
  await golden("filter", /▸✓ done[^]*── exited with code 0/);
  await terminal.press("C-u", "BSpace", "?");
  await golden("help", /closes this/);
  await terminal.press("Escape");
  await terminal.waitForScreen("q quit");
}

test("a user sees the list, a following log, a failure, the filter and the help in every size", async (box) => {
  await addJobs(box);
  for (const { columns, rows } of SIZES) {
    await using terminal = await openTui(box, { columns, rows });
    // What a process uses is known a second later; until then its columns are empty.
    await terminal.waitForScreen(/web .*% /);
    await captureScenes(terminal, `${columns}x${rows}`);
    await terminal.press("q");
    assertEquals(await terminal.waitForEnd(), 0);
  }
});

test("a user without jobs is told how to begin, and sees the first job come", async (box) => {
  await using terminal = await openTerminal(box, "imp tui");
  await terminal.waitForScreen("Nothing runs here yet. To begin:");
  await box.impOk(["add", "-q", "--name", "web", "--", ...fixture("hold.sh")]);
  await terminal.waitForScreen(/▸● web[^]*READY|READY[^]*▸● web|▸● web.*│ READY/);
});

test("a user who resizes the terminal sees the screen fill it", async (box) => {
  await add(box, "web", fixture("colorful.sh"));
  await using terminal = await openTui(box);
  await terminal.waitForScreen(/│ READY/);
  for (
    const { columns, rows } of [...SIZES, { columns: 25, rows: 7 }, { columns: 100, rows: 30 }]
  ) {
    await terminal.resize(columns, rows);
    // As many rows as there are, and none below.
    await terminal.waitForScreen(new RegExp(`^(?:[^\n]*\n){${rows - 1}}[^\n]*q quit[^\n]*$`));
  }
  await terminal.resize(10, 3);
  await terminal.waitForScreen("too small");
});

test("a user has colours, and none with NO_COLOR", async (box) => {
  await add(box, "web", fixture("colorful.sh"));
  for (const [noColor, pattern] of [["", /\x1b\[32mGET/], ["1", /│ GET/]] as const) {
    await using terminal = await openTui(box, { env: { NO_COLOR: noColor } });
    await terminal.waitForScreen(/│ READY/);
    const screen = await terminal.styledScreen();
    assert(pattern.test(screen), screen);
    const colors = /\x1b\[(?:\d+;)*[34][0-8][;m]/.test(screen);
    assertEquals(colors, noColor === "");
  }
});

test("a user gets the terminal back after q, Ctrl+C, SIGTERM and SIGHUP", async (box) => {
  await add(box, "web", fixture("hold.sh"));
  const script = "stty -a >before; echo BEFORE; imp tui --daemon-id d; code=$?; stty -a >after; " +
    "cmp before after && printf 'SAME %s' $code";
  const ends: [number, (terminal: Terminal) => Promise<void>][] = [
    [0, (terminal) => terminal.press("q")],
    [0, (terminal) => terminal.press("C-c")],
    [SIGNAL_END, () => killTui(box, "SIGTERM")],
    [129, () => killTui(box, "SIGHUP")],
  ];
  for (const [code, end] of ends) {
    await using terminal = await openTerminal(box, script, { env: { TERM: "xterm-256color" } });
    await terminal.waitForScreen(/▸● web/);
    await end(terminal);
    const screen = await terminal.waitForScreen(`SAME ${code}`);
    assert(screen.startsWith("BEFORE"), screen);
    assertEquals(await terminal.show("#{alternate_on}#{mouse_any_flag}"), "00");
    assertEquals(await terminal.show("#{cursor_flag}#{wrap_flag}"), "11");
  }
});

test("a user gets the terminal back from a screen that dies of a bug", async (box) => {
  const command = fixture("dying_screen.ts").map((word) => `'${word}'`).join(" ");
  for (const way of ["throw", "reject"]) {
    await using terminal = await openTerminal(
      box,
      `${command} ${way}; stty -a | grep -wo -e -echo -e echo`,
    );
    await terminal.waitForScreen(/boom[^]*^echo$/m);
    assertEquals(await terminal.show("#{alternate_on}#{cursor_flag}"), "01");
  }
});

test("a stop in one screen is seen in another, in a watched list and by the command line", async (box) => {
  await add(box, "web", fixture("hold.sh"));
  await using one = await openTui(box);
  await using two = await openTui(box, { columns: 40, rows: 12 });
  await one.waitForScreen(/▸● web/);
  await two.waitForScreen(/▸● web/);
  await using list = await openTerminal(box, "imp list --watch --daemon-id d");
  await list.waitForScreen(/web +running/);
  await one.press("s");
  await two.waitForScreen(/▸○ web/);
  await list.waitForScreen(/web +stopped/);
  assertEquals((await box.impJson(["list", "--daemon-id", "d"])).jobs[0].status, "stopped");
  await box.impOk(["start", "--daemon-id", "d", "web"]);
  await one.waitForScreen(/▸● web/);
  await two.waitForScreen(/▸● web/);
});

test("a user restarts, signals and removes jobs by keys", async (box) => {
  await add(box, "web", fixture("hold.sh"));
  await using terminal = await openTui(box);
  await terminal.waitForScreen(/│ READY/);
  await terminal.press("r");
  await terminal.waitForScreen(/── run 2 ──/);
  await terminal.press("x");
  await terminal.waitForScreen("signal to web:");
  await terminal.type("kill");
  await terminal.press("Enter");
  await terminal.waitForScreen(/▸✗ web +failed \(SIGKILL/);
  await terminal.press("d");
  await terminal.waitForScreen("Remove web and its logs? y / n");
  await terminal.press("y");
  await terminal.waitForScreen("no jobs yet");
});

test("a user's screen outlives the daemon and says so", async (box) => {
  await add(box, "web", fixture("hold.sh"));
  await using terminal = await openTui(box);
  await terminal.waitForScreen(/│ READY/);
  Deno.kill((await box.impJson(["ping", "--daemon-id", "d"])).pid, "SIGKILL");
  await terminal.waitForScreen("Reconnected: the daemon is back");
  await box.impOk(["daemon", "stop", "--keep-jobs", "--daemon-id", "d"]);
  await terminal.waitForScreen("daemon gone");
  await box.impOk(["daemon", "start", "--daemon-id", "d"]);
  await terminal.waitForScreen(/▸● web[^]*Reconnected/);
});

test("hostile output does not break the screen", async (box) => {
  await add(box, "web", fixture("hostile.sh"));
  await using terminal = await openTui(box);
  const screen = await terminal.waitForScreen(/│ READY/);
  const rows = screen.split("\n");
  assertEquals(rows.length, 24);
  assert(rows[0]!.startsWith(" imp  d") && rows[23]!.includes("q quit"), screen);
  assertEquals(rows.slice(1, 23).filter((row) => row.indexOf("│") !== 34), []);
  for (const seen of ["after a title", "after moving", "after a reset", "100%", "no UTF-8 �"]) {
    assert(screen.includes(seen), `${seen}:\n${screen}`);
  }
  assertEquals(await terminal.show("#{alternate_on}#{cursor_flag}#{wrap_flag}"), "100");
  assert(!(await terminal.show("#{pane_title}")).includes("HACKED"));
  await terminal.press("?");
  await terminal.waitForScreen("closes this");
});

test("a job that prints as fast as it can does not freeze the screen", async (box) => {
  await add(box, "flood", ["sh", "-c", "yes 'a line of a flood of lines'"]);
  await add(box, "web", fixture("hold.sh"));
  await using terminal = await openTui(box);
  await terminal.waitForScreen(/│ a line of a flood/);
  for (let round = 0; round < 3; round++) {
    await terminal.press("?");
    await terminal.waitForScreen("closes this");
    await terminal.press("Escape");
    await terminal.waitForScreen(/▸● flood/);
  }
  await terminal.press("j");
  await terminal.waitForScreen(/│ READY/);
  await terminal.press("q");
  assertEquals(await terminal.waitForEnd(), 0);
});

/** Sends the process of the screen a signal. */
async function killTui(box: Box, signal: Deno.Signal): Promise<void> {
  const pid = await eventually("the screen is a process", async () => {
    const found = (await box.processes()).filter(({ command }) =>
      / tui --daemon-id d$/.test(command)
    );
    return found.find(({ command }) => !/^\/bin\/sh|^tmux/.test(command))?.pid;
  }, { deadlineMs: DEADLINE_MS });
  Deno.kill(pid, signal);
}
