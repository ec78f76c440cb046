/** What is seen of a job's screen by who attaches, and what is left of it: in a real terminal, which is tmux. */
import { assertEquals, assertMatch } from "@std/assert";
import type { Box } from "../support/box.ts";
import { assertGivenBack, attach, SIZE, testAttached } from "../support/attaching.ts";
import { eventually } from "../support/eventually.ts";
import { openTerminal } from "../support/pty.ts";

await testAttached(
  "vim is drawn when it is attached to, and nothing of it is left behind",
  ["vim"],
  async (box) => {
    await box.file("project/poem.txt", "roses are red\nviolets are blue\n");
    const vim = ["vim", "-u", "NONE", "-c", "set mouse=a ruler", "poem.txt"];
    await box.impOk(["add", "--name", "vim", "--tty", "--", ...vim]);
    await using terminal = await attach(box, "vim");
    await terminal.waitForScreen(/^roses are red\nviolets are blue\n~/m);
    await terminal.type("ohere we are");
    await terminal.press("Escape");
    await terminal.waitForScreen(/roses are red\nhere we are\nviolets/);
    await using other = await attach(box, "vim", { columns: 50, rows: 10 });
    await other.waitForScreen(/^roses are red\nhere we are\nviolets are blue\n~[^]*2,11 +All$/m);
    await other.press("C-\\");
    await other.type("d");
    assertEquals(await other.waitForEnd(), 0);
    await assertGivenBack(other);
    await terminal.type(":wq");
    await terminal.press("Enter");
    assertEquals(await terminal.waitForEnd(), 0);
    await assertGivenBack(terminal);
    const text = await Deno.readTextFile(`${box.project}/poem.txt`);
    assertEquals(text, "roses are red\nhere we are\nviolets are blue\n");
  },
);

await testAttached(
  "less is drawn anew in the size of who attaches, and scrolls by keys",
  ["less"],
  async (box) => {
    const numbers = Array.from({ length: 200 }, (_, number) => `number ${number}\n`).join("");
    await box.file("project/numbers.txt", numbers);
    await box.impOk(["add", "--name", "less", "--tty", "--", "less", "numbers.txt"]);
    await using terminal = await attach(box, "less", { columns: 40, rows: 6 });
    await terminal.waitForScreen(/^number 0\nnumber 1\nnumber 2\nnumber 3\nnumber 4\n/);
    await terminal.press("Space");
    await terminal.waitForScreen(/^number 5\n[^]*number 9\n/);
    await terminal.press("q");
    assertEquals(await terminal.waitForEnd(), 0);
    await assertGivenBack(terminal);
  },
);

await testAttached(
  "F152 questions to a terminal that a job asked before are not answered into its stdin",
  [],
  async (box) => {
    const script =
      `printf '\\033[c\\033[6n\\033[>c'; echo READY; read line; printf '%s' "$line" | wc -c`;
    await box.impOk(["add", "--name", "asker", "--tty", "--", "sh", "-c", script]);
    await eventually(
      "it has asked",
      async () => (await box.impOk(["stdout", "asker"])).includes("READY") || undefined,
    );
    await using terminal = await attach(box, "asker");
    await terminal.waitForScreen("READY");
    await terminal.type("four");
    await terminal.press("Enter");
    assertEquals(await terminal.waitForEnd(), 0);
    assertMatch(await terminal.screen(), /^4$/m);
  },
);

await testAttached(
  "F151 a signal that ends imp gives the terminal back, and the job goes on",
  [],
  async (box) => {
    const script = "printf '\\033[?1049h\\033[?1000h\\033[?25lSCREEN'; sleep 1000";
    await box.impOk(["add", "--name", "full", "--tty", "--", "sh", "-c", script]);
    const line = "sh -c 'echo $$ > pid; exec imp attach full'; stty -a | grep -o ' echo '";
    await using terminal = await openTerminal(box, line, SIZE);
    await terminal.waitForScreen("SCREEN");
    assertEquals(await terminal.show("#{alternate_on}"), "1");
    Deno.kill(Number(await Deno.readTextFile(`${box.project}/pid`)), "SIGTERM");
    assertEquals(await terminal.waitForEnd(), 0);
    await assertGivenBack(terminal);
    assertEquals((await box.impJson(["show", "full"])).status, "running");
  },
);

await testAttached(
  "F151 who loses the terminal ends, and the job goes on",
  [],
  async (box) => {
    await box.impOk(["add", "--name", "full", "--tty", "--", "sh", "-c", "echo READY; sleep 1000"]);
    {
      await using terminal = await attach(box, "full");
      await terminal.waitForScreen("READY");
    }
    await eventually(
      "nobody is attached",
      async () => !(await box.processes()).some(({ command }) => / attach full$/.test(command)),
      { explain: () => box.explain() },
    );
    assertEquals((await box.impJson(["show", "full"])).status, "running");
  },
);

await testAttached(
  "the screen attaches with a, and is there again when the job is left or has ended",
  ["vim"],
  async (box) => {
    await box.file("project/poem.txt", "roses are red\n");
    await box.impOk(["add", "--name", "vim", "--tty", "--", "vim", "-u", "NONE", "poem.txt"]);
    await using terminal = await openTerminal(box, "imp tui", { columns: 90, rows: 20 });
    await terminal.waitForScreen(/▸● vim[^]* a attach /);
    await terminal.press("a");
    await terminal.waitForScreen(/^roses are red\n~/m);
    await terminal.type("oq?");
    await terminal.press("Escape");
    await terminal.waitForScreen(/^roses are red\nq\?\n~/m);
    await terminal.resize(70, 14);
    await waitForRows(box, "vim", 14);
    await terminal.press("C-\\");
    await terminal.type("d");
    await terminal.waitForScreen(/▸● vim[^]*Detached from vim, which goes on/);
    await terminal.press("a");
    await terminal.waitForScreen(/^roses are red\nq\?\n~/m);
    await terminal.type(":wq");
    await terminal.press("Enter");
    await terminal.waitForScreen(/▸✓ vim[^]*\(vim\) has ended: exited/);
    await terminal.press("q");
    assertEquals(await terminal.waitForEnd(), 0);
    await assertGivenBack(terminal);
  },
);

await testAttached(
  "F151 a signal that ends the screen gives the terminal back, also while a job has it",
  [],
  async (box) => {
    const script = "printf '\\033[?1049h\\033[?1000h\\033[?25lSCREEN'; sleep 1000";
    await box.impOk(["add", "--name", "full", "--tty", "--", "sh", "-c", script]);
    const line = "sh -c 'echo $$ > pid; exec imp tui'; stty -a | grep -o ' echo '";
    await using terminal = await openTerminal(box, line, SIZE);
    await terminal.waitForScreen(/▸● full/);
    await terminal.press("a");
    await terminal.waitForScreen(/^SCREEN$/m);
    Deno.kill(Number(await Deno.readTextFile(`${box.project}/pid`)), "SIGTERM");
    assertEquals(await terminal.waitForEnd(), 0);
    await assertGivenBack(terminal);
  },
);

async function waitForRows(box: Box, job: string, rows: number): Promise<void> {
  await eventually(
    `${job} has ${rows} rows`,
    async () => (await box.impJson(["show", job])).terminal_size.rows === rows || undefined,
  );
}
