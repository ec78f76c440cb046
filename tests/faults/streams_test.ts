/** What stands between a job and the files of its output is killed, stopped and starved: no byte goes unsaid. */
import { assert, assertEquals } from "@std/assert";
import { type Box, openBox } from "../support/box.ts";
import { daemonPid } from "../support/daemon_pid.ts";
import { eventually } from "../support/eventually.ts";
import { findHoles, findKeeper, readDropped } from "../support/keepers.ts";
import { createRandom } from "../support/random.ts";

/** More by hand: `IMP_STREAM_ROUNDS=200 deno test -A tests/faults/streams_test.ts`. */
const ROUNDS = Number(Deno.env.get("IMP_STREAM_ROUNDS") ?? 1);
const SEED = Number(Deno.env.get("IMP_STREAM_SEED") ?? 20_261_129);
const IS_LINUX = Deno.build.os === "linux";

const LINES = 40_000;
const EXPECTED = Array.from({ length: LINES }, (_, index) => `${index + 1}\n`).join("");
/** In bursts, so that there is something on its way at any time; it does not get far beyond the middle without the harm. */
const WRITER = `trap 'echo PIPE > piped' PIPE
for n in $(seq 0 99); do
  seq $((n * 400 + 1)) $((n * 400 + 400)) || exit 9; sleep 0.005
  [ $n = 59 ] && until [ -e harmed ]; do sleep 0.01; done
done
echo done > finished; exit 7`;

interface World {
  readonly box: Box;
  readonly jobId: string;
  readonly run: number;
  readonly logPath: string;
  readonly stateDir: string;
}

function keeperOf({ jobId, run, stateDir }: World) {
  return findKeeper({ jobId, run, stateDir, stream: "stdout" });
}

function kill(pids: readonly { readonly pid: number }[], signal: Deno.Signal): void {
  for (const { pid } of pids) {
    try {
      Deno.kill(pid, signal);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}

/** How each harm is done; whether it may lose something, and whether the code is kept. */
const HARMS: Readonly<
  Record<string, { mayLose: boolean; code?: null; do: (world: World) => Promise<void> | void }>
> = {
  "F130 the copier of its keeper is killed": {
    mayLose: true,
    do: (world) => kill(keeperOf(world).copiers, "SIGKILL"),
  },
  "F130 the shell of its keeper is killed": {
    mayLose: false,
    do: (world) => kill(keeperOf(world).shells, "SIGKILL"),
  },
  "F130 its keeper is killed as a whole": {
    mayLose: true,
    do: (world) => {
      const { shells, copiers } = keeperOf(world);
      kill([...shells, ...copiers], "SIGKILL");
    },
  },
  "F131 its keeper is stopped": {
    mayLose: false,
    do: (world) => {
      const { shells, copiers } = keeperOf(world);
      kill([...shells, ...copiers], "SIGSTOP");
    },
  },
  "F132 its shim is killed": {
    mayLose: false,
    code: null,
    do: async ({ box, jobId }) => {
      const pid = await eventually("its pid is known", async () => {
        return (await box.impJson(["show", jobId])).pid ?? undefined;
      });
      const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
      const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
      kill([{ pid: parent }], "SIGKILL");
    },
  },
  "F01 the daemon is killed": {
    mayLose: false,
    do: async ({ box }) => {
      kill([{ pid: await daemonPid(box) }], "SIGKILL");
      await box.imp(["ping"]);
    },
  },
};

for (const [title, harm] of Object.entries(HARMS)) {
  Deno.test({
    name: `${title} while a job writes: no SIGPIPE, and what is missing is said`,
    ignore: !IS_LINUX,
    async fn() {
      await using box = await openBox();
      const random = createRandom(SEED);
      for (let round = 0; round < ROUNDS; round++) {
        await harmOnce(box, harm, { round, fromBytes: random() * EXPECTED.length / 2 });
      }
    },
  });
}

async function harmOnce(
  box: Box,
  harm: (typeof HARMS)[string],
  { round, fromBytes }: { round: number; fromBytes: number },
): Promise<void> {
  const name = `writer${round}`;
  await box.shell("rm -f finished piped harmed");
  const added = await box.impOk(["add", "-q", "--name", name, "--", "sh", "-c", WRITER]);
  const jobId = added.trim();
  const [daemonId] = [...Deno.readDirSync(box.stateDir)].map((entry) => entry.name);
  const { stdout_path: logPath, run } = await box.impJson(["show", jobId]);
  const world = { box, jobId, run, logPath, stateDir: `${box.stateDir}/${daemonId}` };
  await eventually("some lines are kept", () => Deno.statSync(logPath).size >= fromBytes);
  await harm.do(world);
  await box.shell("touch harmed");
  const told = await eventually("the end is told", async () => {
    const job = await box.impJson(["show", jobId]);
    return ["exited", "failed", "lost"].includes(job.status) && job;
  }, { explain: () => box.explain() });
  const why = `seed ${SEED}, round ${round}: ${JSON.stringify(told)}`;
  assertEquals(told.exit_code, harm.code === undefined ? 7 : harm.code, why);
  assertEquals(
    await box.shell("cat finished; cat piped 2>/dev/null; :").then((it) => it.stdout),
    "done\n",
    why,
  );
  const { bytes } = findHoles(EXPECTED, Deno.readTextFileSync(logPath));
  const dropped = readDropped(logPath);
  if (dropped.unknown === 0) assertEquals(dropped.bytes, bytes, why);
  if (!harm.mayLose) assertEquals([bytes, dropped.remarks], [0, 0], why);
  assert(bytes < 200_000, why);
}
