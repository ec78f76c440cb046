/** Upgrades one after the other, while clients call without a pause and one follows the events. */
import { assert, assertEquals } from "@std/assert";
import { type Box, openBox } from "../support/box.ts";
import { eventually } from "../support/eventually.ts";
import { findNewerImp, findOlderImp } from "../support/imp_executable.ts";

/** More by hand: `IMP_UPGRADES=20 deno test -A tests/torture/upgrades_test.ts`. */
const UPGRADES = Number(Deno.env.get("IMP_UPGRADES") ?? 4);
/** What the callers do over and over, with the exit code that it has. */
const CALLS = { list: 0, ping: 0, "show held": 0, "run -q -- sh -c 'exit 7'": 7 };

const OLDER = await findOlderImp();
const NEWER = await findNewerImp();

Deno.test(`F09 ${UPGRADES} upgrades under load fail no call and neither lose nor double an event`, async () => {
  await using box = await openBox(OLDER);
  await box.impOk(["add", "--name", "held", "--", "sleep", "1000000"]);
  const { pid } = await box.impJson(["show", "held"]);
  await using events = box.startImp(["events", "--json"]);
  await events.waitForStdout('"snapshot"');
  const callers = Object.entries(CALLS).map(([words, code], index) =>
    box.shell(callLoop(words, code, index), { deadlineMs: 60_000 + 20_000 * UPGRADES })
  );
  const pids = new Set<number>();
  for (let upgrade = 0; upgrade < UPGRADES; upgrade++) {
    const imp = upgrade % 2 === 0 ? NEWER : OLDER;
    const { code, stdout, stderr } = await box.run([
      ...[...imp.command, "--takeover", "ping", "--json"],
    ]);
    assertEquals(code, 0, stderr);
    pids.add(JSON.parse(stdout).pid);
    const before = callsOf(box);
    await eventually(
      "every caller has called this daemon",
      () => callsOf(box).every((count, index) => count > before[index]!),
    );
  }
  await Deno.writeTextFile(`${box.project}/done`, "");
  for (const { code, stderr } of await Promise.all(callers)) {
    assertEquals([code, stderr], [0, ""]);
  }
  assertEquals(pids.size, UPGRADES);
  assertEquals((await box.impJson(["show", "held"])).pid, pid);
  await assertEvents(box, events.stdout);
  const calls = callsOf(box).reduce((sum, count) => sum + count, 0);
  console.log(`${UPGRADES} upgrades, ${calls} calls`);
});

/** Calls until the file `done` is there; a call that ends otherwise than it must ends it all. */
function callLoop(words: string, code: number, index: number): string {
  return `: > calls.${index}
    while [ ! -e done ]; do
      imp ${words} > /dev/null 2> said.${index}
      [ $? = ${code} ] || { echo "imp ${words}: $?" >&2; cat said.${index} >&2; exit 1; }
      echo >> calls.${index}
    done`;
}

function callsOf(box: Box): number[] {
  return Object.keys(CALLS).map((_, index) =>
    Deno.readTextFileSync(`${box.project}/calls.${index}`).length
  );
}

/** Every number once and in order, up to the last thing that happened. */
async function assertEvents(
  box: Box,
  stdout: { readonly text: string; waitFor(pattern: string): Promise<string> },
): Promise<void> {
  await box.impOk(["add", "--name", "last", "--", "true"]);
  await stdout.waitFor('"name":"last"');
  const [snapshot, ...told] = stdout.text.trim().split("\n").slice(0, -1).map((line) =>
    JSON.parse(line)
  );
  assertEquals(snapshot.type, "snapshot");
  assert(told.every(({ event }) => event !== "gap"), "a gap was told");
  assertEquals(told.map(({ seq }) => seq), told.map((_, index) => snapshot.seq + 1 + index));
}
