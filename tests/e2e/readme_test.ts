/** The README's console blocks, typed one after the other into one shell. */
import { assert } from "@std/assert";
import { areThere } from "../support/programs.ts";
import { type Box, openBox } from "../support/box.ts";
import type { TestProcess } from "../support/process.ts";
import { type ConsoleStep, matchesShown, readReadme } from "../support/readme.ts";

const NEEDED = ["python3", "curl"];

Deno.test({
  name: `a user who types what the README shows sees what it shows (needs ${NEEDED.join(", ")})`,
  ignore: !await areThere(NEEDED),
  async fn() {
    await using box = await openBox();
    // A server that has just been started may not listen yet.
    await box.file("home/.curlrc", "retry = 30\nretry-connrefused\nnoproxy = *\n");
    await using shell = box.start(["/bin/sh", "-c", "exec 2>&1; exec /bin/sh"]);
    const port = findFreePort();
    for (const step of readReadme().consoleSteps()) await typeIn(box, shell, atPort(step, port));
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
    `The README shows another output than this one of: ${command}\n${output}\nnot:\n` +
      `${expected.join("\n")}\n${await box.explain()}`,
  );
}

/** The port that the README uses may be taken on this machine. */
function atPort({ command, expected }: ConsoleStep, port: number): ConsoleStep {
  const withPort = (text: string) => text.replaceAll("8123", String(port));
  return { command: withPort(command), expected: expected.map(withPort) };
}

function findFreePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
