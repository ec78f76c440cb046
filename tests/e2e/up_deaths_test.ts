/** Whoever dies in the middle of an `up`, the next command finishes it, and nothing is started twice. */
import { assertEquals } from "@std/assert";
import type { Box } from "../support/box.ts";
import { eventually } from "../support/eventually.ts";
import { openProject, statesOf, untilStates } from "../support/project_box.ts";
import { createRandom } from "../support/random.ts";

/** More by hand: `IMP_UP_SEEDS=30 deno test -A tests/e2e/up_deaths_test.ts`. */
const SEEDS = Number(Deno.env.get("IMP_UP_SEEDS") ?? 3);
const FIRST_SEED = Number(Deno.env.get("IMP_UP_SEED") ?? 1);

const tell = 'echo "$IMP_RUN_ID" >> starts';
const stay = `${tell}; exec sleep 1000000`;
const work = `${tell}; sleep 0.1`;

const PROJECT = {
  db: { command: stay },
  cache: { command: stay },
  install: { task: true, command: work },
  migrate: { task: true, command: work, depends_on: ["db", "install"] },
  api: { command: stay, depends_on: ["migrate", "cache"] },
  seed: { task: true, command: work, depends_on: ["api"] },
  worker: { command: stay, depends_on: { api: "ready", seed: "completed" } },
};

const ALL_UP = {
  ...{ db: "running 1", cache: "running 1", install: "exited 1", migrate: "exited 1" },
  ...{ api: "running 1", seed: "exited 1", worker: "running 1" },
};

function readStarts(box: Box): string[] {
  try {
    return Deno.readTextFileSync(`${box.project}/starts`).split("\n").filter((line) => line !== "");
  } catch {
    return [];
  }
}

for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
  Deno.test(`E10 an up whose daemon or client is killed half-way is finished by the next command (seed ${seed})`, async () => {
    await using box = await openProject(PROJECT);
    const random = createRandom(seed);
    const isClient = random() < 0.4;
    await using up = box.startImp(["up"]);
    const moment = Math.floor(random() * 8);
    await eventually(`${moment} have started`, () => readStarts(box).length >= moment);
    if (isClient) up.kill("SIGKILL");
    else for (const { pid } of await box.daemons()) Deno.kill(pid, "SIGKILL");
    // Half of the time nobody asks for it again: it is enough that somebody looks.
    const before = await statesOf(box);
    if (isClient || Object.keys(before).length === 0 || random() < 0.5) await box.impOk(["up"]);
    await untilStates(box, ALL_UP);
    assertEquals(await box.impOk(["up"]), "Up to date\n");
    const starts = readStarts(box);
    assertEquals([starts.length, new Set(starts).size], [7, 7], starts.join(" "));
    await box.impOk(["down", "--rm"]);
  });
}
