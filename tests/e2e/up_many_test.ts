/** Many jobs in a chain and side by side: all of them come up, and what `up` costs beside the starts is told. */
import { assertEquals } from "@std/assert";
import { type Box, openBox } from "../support/box.ts";
import { declare, statesOf } from "../support/project_box.ts";

/** More by hand: `IMP_UP_JOBS=100 deno test -A tests/e2e/up_many_test.ts`, which tells how long each takes. */
const JOBS = Number(Deno.env.get("IMP_UP_JOBS") ?? 12);
const IS_MEASURED = Deno.env.has("IMP_UP_JOBS");

/** That each is ready after 300 ms would be what a chain takes. */
const SHAPES: Readonly<Record<string, (index: number) => Record<string, string>>> = {
  "in a chain": (index) => index === 0 ? {} : { [`j${index - 1}`]: "started" },
  "side by side": () => ({}),
};

async function timed(action: () => Promise<unknown>): Promise<number> {
  const before = performance.now();
  await action();
  return Math.round(performance.now() - before);
}

/** What the bare starts take: the same jobs, added by one command each way. */
async function timeBareStarts(box: Box): Promise<number> {
  const words = Array.from({ length: JOBS }, (_, index) => `j${index}`);
  await box.impOk(["stop", ...words]);
  return await timed(() => box.impOk(["start", ...words]));
}

for (const [shape, needs] of Object.entries(SHAPES)) {
  Deno.test(`${JOBS} jobs ${shape} come up with one command, and go down with one`, async () => {
    await using box = await openBox();
    await declare(
      box,
      Object.fromEntries(
        Array.from({ length: JOBS }, (_, index) => [
          `j${index}`,
          { command: ["sleep", String(1_000_000 + index)], depends_on: needs(index) },
        ]),
      ),
    );
    await box.impOk(["ping"]);
    const upMs = await timed(() => box.impOk(["up"]));
    const states = await statesOf(box);
    assertEquals(Object.keys(states).length, JOBS);
    assertEquals(new Set(Object.values(states)), new Set(["running 1"]));
    const againMs = await timed(async () => assertEquals(await box.impOk(["up"]), "Up to date\n"));
    const bareMs = IS_MEASURED ? await timeBareStarts(box) : 0;
    const downMs = await timed(() => box.impOk(["down"]));
    if (IS_MEASURED) {
      const aJob = ((upMs - bareMs) / JOBS).toFixed(1);
      console.log(
        `${JOBS} ${shape}: up ${upMs} ms, start ${bareMs} ms (${aJob} ms a job above), ` +
          `up to date ${againMs} ms, down ${downMs} ms`,
      );
    }
    await box.impOk(["down", "--rm"]);
  });
}
