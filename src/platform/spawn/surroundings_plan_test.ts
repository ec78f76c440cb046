import { assertEquals } from "@std/assert";
import type { Surroundings } from "../../base/surroundings.ts";
import { type Permissions, planSurroundings } from "./surroundings_plan.ts";

function permissions(may: boolean): Permissions {
  const answer = () => may;
  return {
    lowerNice: answer,
    lowerOomScore: answer,
    raiseLimit: answer,
    useCpus: answer,
    nicePath: "/usr/bin/nice",
  };
}

const OWN: Surroundings = {
  nice: 5,
  cpus: "0-3",
  oom_score_adj: 100,
  limits: { nofile: [1_024, 4_096], core: [0, 0], nproc: [100, 100], sigpending: [1, 1] },
};

function plan(wanted: Surroundings, { may = false, own = OWN } = {}) {
  const { setup, cpus, missing } = planSurroundings(wanted, { own, may: permissions(may) });
  return { setup: setup.split("\n").filter((line) => line !== ""), cpus, missing };
}

const NOTHING = { setup: [], cpus: undefined, missing: [] };

Deno.test("E4 planSurroundings() does nothing where nothing is different, or nobody knows", () => {
  assertEquals(plan(OWN), NOTHING);
  assertEquals(plan({}), NOTHING);
  assertEquals(plan({ nice: 7, cpus: "1", limits: { core: [1, 1] } }, { own: {} }), NOTHING);
});

Deno.test("E4 planSurroundings() lowers limits, the soft one first, and raises the hard one first", () => {
  assertEquals(plan({ limits: { nofile: [64, 128] } }).setup, ["ulimit -Sn 64", "ulimit -Hn 128"]);
  assertEquals(plan({ limits: { nofile: [4_096, 4_096] } }).setup, [
    "ulimit -Hn 4096",
    "ulimit -Sn 4096",
  ]);
  assertEquals(plan({ limits: { core: [1_024, null] } }, { may: true }).setup, [
    "ulimit -Hc unlimited",
    "ulimit -Sc 2",
  ]);
  assertEquals(plan({ limits: { nproc: [50, 50] } }).setup[0], "ulimit -Su 50 || ulimit -Sp 50");
});

Deno.test("E4 planSurroundings() gives as much of a limit as it may, and says what is missing", () => {
  assertEquals(plan({ limits: { nofile: [9_000, null] } }), {
    setup: ["ulimit -Hn 4096", "ulimit -Sn 4096"],
    cpus: undefined,
    missing: ["limit of open files"],
  });
  assertEquals(plan({ limits: { core: [null, null] } }), {
    ...NOTHING,
    missing: ["limit of core files"],
  });
  // No shell has a word for it.
  assertEquals(plan({ limits: { sigpending: [0, 0] } }, { may: true }).missing, [
    "limit of pending signals",
  ]);
});

Deno.test("E4 planSurroundings() sets niceness, processors and oom_score_adj where it may", () => {
  const wanted = { nice: 0, cpus: "1", oom_score_adj: -5 };
  assertEquals(plan(wanted, { may: true }), {
    setup: ["echo -5 >/proc/self/oom_score_adj", 'set -- /usr/bin/nice -n -5 -- "$@"'],
    cpus: "1",
    missing: [],
  });
  assertEquals(plan(wanted), { ...NOTHING, missing: ["oom_score_adj", "niceness", "processors"] });
  // Whatever only takes away needs no permission.
  assertEquals(plan({ nice: 15, oom_score_adj: 900 }).missing, []);
});

Deno.test("E4 planSurroundings() knows that the protection of a daemon is not on its jobs", () => {
  const own = { oom_score_adj: -900 };
  assertEquals(plan({ oom_score_adj: 0 }, { own }), NOTHING);
  assertEquals(plan({ oom_score_adj: 300 }, { own }).setup, ["echo 300 >/proc/self/oom_score_adj"]);
  assertEquals(plan({ oom_score_adj: -900 }, { own }).missing, ["oom_score_adj"]);
});
