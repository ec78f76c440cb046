/** The console blocks of the README and the reference, typed one after the other into one shell. */
import { assert } from "@std/assert";
import { areThere } from "../support/programs.ts";
import { type Box, openBox } from "../support/box.ts";
import { freePort } from "../support/free_port.ts";
import type { TestProcess } from "../support/process.ts";
import { type ConsoleStep, matchesShown, readPage } from "../support/page.ts";

const PAGES = ["README.md", "docs/reference.md"];
const NEEDED = ["python3", "curl"];

Deno.test({
  name: `a user who types what the pages show sees what they show (needs ${NEEDED.join(", ")})`,
  ignore: !await areThere(NEEDED),
  async fn() {
    await using box = await openBox();
    // A server that has just been started may not listen yet.
    await box.file("home/.curlrc", "retry = 30\nretry-connrefused\nnoproxy = *\n");
    await using shell = box.start(["/bin/sh", "-c", "exec 2>&1; exec /bin/sh"]);
    const port = freePort();
    const steps = PAGES.flatMap((path) => readPage(path).consoleSteps());
    for (const step of steps) await typeIn(box, shell, atPort(step, port));
    await shell.closeStdin();
    await shell.result();
  },
});

/** Has the shell run the command as if it were typed: what it reads is not the rest of the test. */
async function typeIn(box: Box, shell: TestProcess, { command, expected }: ConsoleStep) {
  const mark = `DONE ${crypto.randomUUID()}`;
  const before = shell.stdout.text.length;
  await shell.write(`{ ${command}\n} < /dev/null\nset -- $?; echo "${mark}"; (exit $1)\n`);
  const after = await shell.waitForStdout(mark);
  const output = after.slice(before, after.indexOf(mark)).replace(/^\n/, "");
  assert(
    matchesShown(expected, output),
    `The page shows another output than this one of: ${command}\n${output}\nnot:\n` +
      `${expected.join("\n")}\n${await box.explain()}`,
  );
}

/** The port that the pages use may be taken on this machine. */
function atPort({ command, expected }: ConsoleStep, port: number): ConsoleStep {
  const withPort = (text: string) => text.replaceAll("8123", String(port));
  return { command: withPort(command), expected: expected.map(withPort) };
}
