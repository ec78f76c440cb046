/** The console blocks of the README and the reference, typed one after the other into one shell. */
import { areThere } from "../support/programs.ts";
import { openBox } from "../support/box.ts";
import { freePort } from "../support/free_port.ts";
import { type ConsoleStep, readPage } from "../support/page.ts";
import { typeIn } from "../support/type_in.ts";

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
    for (const step of steps) await typeIn({ box, shell }, atPort(step, port));
    await shell.closeStdin();
    await shell.result();
  },
});

/** The port that the pages use may be taken on this machine. */
function atPort({ command, expected }: ConsoleStep, port: number): ConsoleStep {
  const withPort = (text: string) => text.replaceAll("8123", String(port));
  return { command: withPort(command), expected: expected.map(withPort) };
}
