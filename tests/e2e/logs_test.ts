/** What people and programs see of the output of jobs by `imp logs`. */
import { assert, assertEquals } from "@std/assert";
import { type Box, openBox } from "../support/box.ts";
import { areThere } from "../support/programs.ts";
import { openTerminal, TERMINAL_TOOLS } from "../support/pty.ts";

const HAS_TERMINAL = await areThere(TERMINAL_TOOLS);
const QUESTION =
  'printf "Continue? "; read -r answer; echo "so: $answer"; printf "Sure? "; read -r x';

async function addQuestion(box: Box): Promise<void> {
  await box.impOk(["add", "-q", "--name", "ask", "--stdin", "--", "sh", "-c", QUESTION]);
}

Deno.test("B4 a question is shown by whoever follows, and its line goes on in its place", async () => {
  await using box = await openBox();
  await addQuestion(box);
  await using logs = box.startImp(["logs", "-f", "ask"]);
  await using bytes = box.startImp(["stdout", "-f", "ask"]);
  await using json = box.startImp(["--json", "logs", "-f", "ask"]);
  await using matching = box.startImp(["logs", "-f", "--grep", "Cont", "ask"]);
  for (const each of [logs, bytes, json, matching]) await each.stdout.waitFor("Continue? ");
  await box.impOk(["send", "ask", "yes"]);
  for (const each of [logs, bytes, json]) await each.stdout.waitFor("Sure? ");
  await matching.stdout.waitFor("so: yes\n");
  assertEquals(logs.stdout.text, "Continue? so: yes\nSure? ");
  assertEquals(bytes.stdout.text, "Continue? so: yes\nSure? ");
  assertEquals(matching.stdout.text, "Continue? so: yes\n");
  const values = json.stdout.text.trimEnd().split("\n").map((line) => JSON.parse(line));
  assertEquals(values.map(({ text, partial, continued }) => ({ text, partial, continued })), [
    { text: "Continue? ", partial: true, continued: undefined },
    { text: "so: yes", partial: undefined, continued: true },
    { text: "Sure? ", partial: true, continued: undefined },
  ]);
  await box.impOk(["stop", "ask"]);
  await logs.stdout.waitFor("Sure? \n[imp] ");
});

Deno.test("B4 questions of several jobs stand below each other, each with its job's name", async () => {
  await using box = await openBox();
  await addQuestion(box);
  await using logs = box.startImp(["logs", "-f", "--timestamps"]);
  await logs.stdout.waitFor("Continue? ");
  await box.impOk(["add", "-q", "--name", "web", "--", "sh", "-c", "echo up; exec sleep 1000"]);
  await logs.stdout.waitFor("] up\n");
  await box.impOk(["send", "ask", "yes"]);
  const text = await logs.stdout.waitFor("Sure? ");
  const lines = text.split("\n").map((line) => line.replace(/^[\d-]+T[\d:.]+Z /, ""));
  const started = lines.splice(1, 1);
  assertEquals(lines, ["[ask] Continue? ", "[web] up", "[ask] so: yes", "[ask] Sure? "]);
  assert(/^\[imp\] \w+ \(web\) started, run 1$/.test(started[0]!), started[0]);
  assertEquals(text.match(/^[\d-]+T[\d:.]+Z \[/gm)?.length, 5);
});

Deno.test("B5 a progress bar is what a terminal would show in the end, byte for byte with --raw", async () => {
  await using box = await openBox();
  const bar =
    "for i in 1 50 100; do printf '\\r\\033[32m%d%%\\033[0m' $i; done; printf ' ok\\n'; " +
    "printf 'abc\\b\\bX\\n\\033[2J\\007bell\\r\\n'";
  await box.impOk(["run", "-q", "--name", "bar", "--", "sh", "-c", bar]);
  assertEquals(await box.impOk(["logs", "bar"]), "100% ok\naXc\n^Gbell\n");
  const written = "\r\x1b[32m1%\x1b[0m\r\x1b[32m50%\x1b[0m\r\x1b[32m100%\x1b[0m ok\n" +
    "abc\b\bX\n\x1b[2J\x07bell\r\n";
  assertEquals(await box.impOk(["logs", "--raw", "bar"]), written);
  assertEquals(await box.impOk(["stdout", "bar"]), written);
  const [first] = (await box.impOk(["--json", "logs", "bar"])).split("\n");
  assertEquals(JSON.parse(first!).text, written.split("\n")[0]);
});

Deno.test({
  name: "B5 on a terminal a progress bar stays on its row while it goes, and colours stay",
  ignore: !HAS_TERMINAL,
  async fn() {
    await using box = await openBox();
    const bar = "printf 'begin\\n'; for i in 1 2 3; do read -r x; " +
      "printf '\\r\\033[32mstep %s\\033[0m\\033[K' $x; done; printf '\\rdone\\033[K\\n'; read -r x";
    await box.impOk(["add", "-q", "--name", "bar", "--stdin", "--", "sh", "-c", bar]);
    await using terminal = await openTerminal(box, "imp logs -f bar", {
      env: { NO_COLOR: "" },
    });
    await terminal.waitForScreen("begin");
    for (const step of ["one", "three"]) {
      await box.impOk(["send", "bar", step]);
      assertEquals(await terminal.waitForScreen(`step ${step}`), `begin\nstep ${step}`);
    }
    assert((await terminal.styledScreen()).includes("\x1b[32mstep three"));
    await box.impOk(["send", "bar", "two"]);
    assertEquals(await terminal.waitForScreen("done"), "begin\ndone");
  },
});

const FULL_SCREEN =
  "printf 'before\\n'; printf '\\033[?1049h\\033[?2004h\\033[?1000;1006h\\033[H\\033[2J~\\r\\n" +
  "\\033[5;1Hhidden\\033]2;file - VIM\\007\\n'; printf '\\033[?1049l\\033[23;0;0tafter\\n'; " +
  "printf '\\033[H\\033[Jtop\\033[K\\nload\\033[3;1H\\033[7mPID\\033[0m\\033[?25l\\n'";

Deno.test("B5 what a program draws on a whole screen is left out, and what it leaves harms no terminal", async () => {
  await using box = await openBox();
  await box.impOk(["run", "-q", "--name", "ed", "--", "sh", "-c", FULL_SCREEN]);
  for (const words of [["logs", "ed"], ["logs", "--plain", "ed"], ["logs", "--grep", ".", "ed"]]) {
    const { stdout, stderr } = await box.imp(words);
    assertEquals(stdout, "before\nafter\ntop\nload\nPID\n");
    assertEquals(
      stderr,
      "imp: ed: stdout: what it drew on a whole screen is left out; --raw shows it\n",
    );
  }
  assertEquals(await box.impOk(["logs", "--raw", "ed"]), await box.impOk(["stdout", "ed"]));
  const first = (await box.impOk(["--json", "logs", "ed"])).split("\n")[1];
  assert(JSON.parse(first!).text.startsWith("\x1b[?1049h"));
  const both = await box.imp(["logs", "--plain", "--raw", "ed"]);
  assertEquals([both.code, both.stderr], [2, "imp: Either --plain or --raw, not both\n"]);
});

Deno.test({
  name: "B5 on a terminal logs --plain has no colours",
  ignore: !HAS_TERMINAL,
  async fn() {
    await using box = await openBox();
    const text = "printf '\\033[32mgreen\\033[0m\\n'; printf '1%%\\r2%%\\n'; echo end";
    await box.impOk(["run", "-q", "--name", "c", "--", "sh", "-c", text]);
    for (const [flags, color] of [["", true], ["--plain ", false]] as const) {
      await using terminal = await openTerminal(box, `imp logs ${flags}-f c`, {
        env: { NO_COLOR: "" },
      });
      await terminal.waitForScreen("end\n[imp]");
      const screen = await terminal.styledScreen();
      assertEquals(screen.includes("\x1b[32mgreen"), color);
      assertEquals(screen.includes("\x1b"), color);
    }
  },
});

Deno.test("B9 many lines go into a file as they are", async () => {
  await using box = await openBox();
  const lines = "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); echo line $i; " +
    'test $((i % 7000)) = 0 && echo "err $i" >&2; done; printf "no end"';
  await box.impOk(["run", "-q", "--name", "big", "--", "sh", "-c", lines]);
  const { stdout } = await box.shell(
    "imp logs -n all big > all; imp stdout big > out; echo >> out; echo >> all; " +
      "grep . all | grep -v ^err > logs; cmp logs out; grep -c ^err all; " +
      "imp logs -n 3 --grep 'line 1' big",
  );
  assertEquals(stdout, "2\nline 19997\nline 19998\nline 19999\n");
});

Deno.test("B8 times without a zone are local, and what is no time is refused", async () => {
  await using box = await openBox();
  await box.impOk(["run", "-q", "--name", "a", "--", "echo", "hi"]);
  const since = (time: string, zone: string) =>
    box.imp(["logs", "--since", time, "a"], { env: { TZ: zone } });
  const soon = new Date(Date.now() + 3_600_000).toISOString().slice(0, 16);
  // An hour from now in UTC is hours ago east of it, where clocks show more.
  assertEquals((await since(soon, "UTC")).stdout, "");
  assertEquals((await since(soon, "Asia/Kolkata")).stdout, "hi\n");
  assertEquals((await since(`${soon}Z`, "Asia/Kolkata")).stdout, "");
  for (const time of ["yesterday 14:00", "2h ago", "today", soon.slice(0, 8) + "01"]) {
    assertEquals((await since(time, "UTC")).code, 0, time);
  }
  for (const time of ["2026-02-30", "25:00", "noonish"]) {
    const { code, stderr } = await since(time, "UTC");
    assertEquals(code, 2);
    assert(stderr.includes(`"${time}"`) && stderr.includes("yesterday 14:00"), stderr);
  }
});
