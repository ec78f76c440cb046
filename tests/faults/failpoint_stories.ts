/** What leads a daemon to each of its named steps, for failpoints_test.ts. */
import { assert, assertEquals } from "@std/assert";
import type { Box } from "../support/box.ts";
import { eventually } from "../support/eventually.ts";
import { findNewerImp } from "../support/imp_executable.ts";
import { type ListedJob, settledJobs, TELL_START } from "../support/job_truth.ts";
import { OLD_JOBS, plantOldStore } from "./old_store.ts";
import { addHeld, find, HOLD, job, need, type Story } from "./failpoint_story.ts";
import { LEASE_STORY } from "./lease_story.ts";
import { isAlive, parentOf } from "../support/process_facts.ts";
import { applyIn, stopIn, toScript } from "../support/project.ts";

const NEWER = await findNewerImp();

const both = (event: string) => [`job.${event}.before_store`, `job.${event}.after_store`];

async function killRun(box: Box): Promise<void> {
  const { pid } = await box.impJson(["show", "held"]);
  for (const each of [parentOf(pid), pid]) Deno.kill(each, "SIGKILL");
}

const STARTING = [
  ...both("start"),
  ...both("spawned"),
  "add.after_store",
  "spawn.after_record",
  "spawn.after_prepare",
  "spawn.after_launch",
  ...[1, 2, 3].flatMap((n) => [`store.before_commit:${n}`, `store.after_commit:${n}`]),
];

/** Every story, by what the daemon is at. */
export const STORIES: Readonly<Record<string, Story>> = {
  "its start and the adoption of jobs": {
    points: [
      "lock.taken",
      "socket.bound",
      "socket.in_place",
      "adopt.before_job",
      "adopt.before_job:2",
      "adopt.after_job",
      "adopt.after_sweep",
    ],
    errors: ["socket.bound"],
    before: async (box) => {
      await addHeld(box);
      await box.run(["mkfifo", "gate"]);
      await box.impOk(job("gated", `${TELL_START}; read x < gate; exit 3`));
    },
    drive: async (box) => {
      await box.shell("echo go > gate");
      await box.imp(["list"]);
    },
    after: (jobs) => {
      assertEquals(find(jobs, "held")!.status, "running");
      assertEquals(find(jobs, "gated")!.exit_code, 3);
    },
  },
  "the start of a job": {
    points: STARTING,
    errors: STARTING.filter((point) => !point.includes(".after_store")),
    drive: (box) => box.imp(job("held", HOLD)),
    after: (jobs) => {
      const { status, run, reason } = find(jobs, "held") ?? { status: "never", run: 0 };
      assert(
        ["never", "running"].includes(status) || status === "stopped" && run === 0 ||
          status === "failed" && reason !== null,
        `${status} ${run}`,
      );
    },
  },
  "the end of a stdin": {
    points: ["stdin.before_end", "stdin.after_end"],
    errors: ["stdin.before_end", "stdin.after_end"],
    before: async (box) => {
      await box.impOk(job("held", `${TELL_START}; cat; exec sleep 1000000`, "--stdin"));
    },
    drive: (box) => box.imp(["send", "held", "--eof"]),
    after: async (jobs, box) => {
      assertEquals(find(jobs, "held")!.status, "running");
      await box.impOk(["send", "held", "--eof"]);
      assertEquals((await box.imp(["send", "held", "more"])).code, 6);
    },
  },
  "the end of a job": {
    points: [...both("ended_ok"), ...both("ended_bad"), "end.before_discard"],
    errors: ["job.ended_ok.before_store", "end.before_discard"],
    drive: async (box) => {
      await box.imp(job("good", TELL_START));
      await box.imp(job("bad", `${TELL_START}; exit 7`));
      await settledJobs(box);
    },
    after: (jobs) => {
      assert([0, undefined].includes(find(jobs, "good")?.exit_code ?? undefined));
      assert([7, undefined].includes(find(jobs, "bad")?.exit_code ?? undefined));
    },
  },
  "a restart by policy, to the last": {
    points: [
      ...both("ended_again"),
      ...both("backoff_elapsed"),
      ...both("spawn_failed"),
      "prune.after_store",
    ],
    errors: ["prune.after_store", "job.backoff_elapsed.before_store"],
    drive: async (box) => {
      // The third run takes its command away, so that the fourth cannot begin.
      const script = `#!/bin/sh\n${TELL_START}\n[ $(wc -l < starts) -lt 3 ] || rm tool\nexit 9\n`;
      const tool = await box.file("project/tool", script, 0o755);
      await box.imp(["add", "--name", "tool", "--restart", "on-failure:5", "--", tool]);
      await settledJobs(box);
    },
  },
  "an end that nobody can know": {
    points: both("ended_unknown"),
    before: addHeld,
    drive: async (box) => {
      await killRun(box);
      await settledJobs(box);
    },
    after: (jobs) => assertEquals(find(jobs, "held")!.status, "lost"),
  },
  "a stop": {
    points: [
      ...both("stop"),
      "stop.before_signal",
      "stop.after_signal",
      "stop.before_kill",
      "stop.after_kill",
    ],
    errors: ["job.stop.before_store"],
    before: async (box) => {
      const stubborn = `trap '' TERM; ${TELL_START}; while :; do sleep 1000000; done`;
      await box.impOk(job("stubborn", stubborn, "--stop-timeout", "100ms"));
      await eventually("it is deaf", () => readIfThere(`${box.project}/starts`) !== "");
    },
    drive: (box) => box.imp(["stop", "stubborn"]),
    after: (jobs) =>
      assert(["stopped", "running"].includes(find(jobs, "stubborn")!.status), "stopped or not"),
  },
  "the end of a lease": LEASE_STORY,
  "a restart": {
    points: both("restart"),
    errors: ["job.restart.before_store"],
    before: addHeld,
    drive: (box) => box.imp(["restart", "held"]),
    after: (jobs) => assertEquals(find(jobs, "held")!.status, "running"),
  },
  "a removal": {
    points: ["remove.after_store", "remove.after_logs"],
    errors: ["remove.after_logs"],
    before: addHeld,
    drive: (box) => box.imp(["remove", "-f", "held"]),
    after: (jobs) => assertEquals(jobs, []),
  },
  "the plan of a project": {
    points: [
      "apply.after_store",
      ...[1, 2, 3].flatMap((n) => [`plan.before_start:${n}`, `plan.after_start:${n}`]),
    ],
    errors: ["plan.before_start", "plan.before_start:3", "plan.after_start"],
    drive: async (box) => {
      await applyIn(box, [
        toScript(box, "db", HOLD),
        toScript(box, "migrate", TELL_START, { task: true, depends_on: [need("db", "started")] }),
        toScript(box, "api", HOLD, {
          depends_on: [need("db", "ready"), need("migrate", "completed")],
        }),
      ]).catch(() => {});
      await box.imp(["list"]);
    },
    after: async (_jobs, box) => {
      const states = () =>
        box.impJson(["list"]).then(({ jobs }: { jobs: ListedJob[] }) =>
          Object.fromEntries(jobs.map(({ name, status, run }) => [name, `${status} ${run}`]))
        );
      // Whoever is the daemon finishes what was begun.
      const up = { db: "running 1", migrate: "exited 1", api: "running 1" };
      await eventually(
        "all of it is up",
        async () => JSON.stringify(await states()) === JSON.stringify(up),
        { explain: async () => JSON.stringify(await states()) },
      );
    },
  },
  "a stop in order": {
    points: ["down.after_store", "job.stop.after_store"],
    before: async (box) => {
      await box.impOk(["ping"]);
      await applyIn(box, [
        toScript(box, "db", HOLD),
        toScript(box, "api", HOLD, { depends_on: [need("db", "started")] }),
      ]);
      await eventually("api is up", async () => {
        return find((await box.impJson(["list"])).jobs, "api")?.status === "running";
      });
    },
    drive: async (box) => {
      await stopIn(box).catch(() => {});
      await box.imp(["list"]);
    },
    after: async (_jobs, box) => {
      await eventually("all of it is down", async () => {
        const jobs: ListedJob[] = (await box.impJson(["list"])).jobs;
        return jobs.every(({ status, run }) => status === "stopped" && run === 1);
      });
    },
  },
  "its own end": {
    points: [
      ...both("suspend"),
      "socket.removed",
      "lock.before_release",
      "lock.file_removed",
    ],
    before: async (box) => {
      await box.impOk(job("held", HOLD, "--restart", "unless-stopped"));
    },
    drive: (box) => box.imp(["daemon", "stop"]),
    after: async (_jobs, box) => {
      // Whoever only looks starts none after a daemon that was nearly gone.
      await box.impOk(["ping"]);
      assertEquals(find((await box.impJson(["list"])).jobs, "held")!.status, "running");
    },
  },
  "a takeover": {
    points: ["handover.asked"],
    before: addHeld,
    drive: (box) => box.run([...NEWER.command, "ping"]),
    after: (jobs) =>
      assertEquals([find(jobs, "held")!.status, find(jobs, "held")!.run], ["running", 1]),
  },
  "the writing of a file": {
    // That of who it is, and of its status.
    points: ["file.before_rename", "file.before_rename:2"],
    errors: ["file.before_rename", "file.before_rename:2"],
    before: addHeld,
    drive: (box) => box.imp(["list"]),
    after: (jobs) => assertEquals(find(jobs, "held")!.status, "running"),
  },
  "a rotation of its log": {
    points: ["log.renamed"],
    errors: ["log.renamed"],
    settings: { daemon_log_max_bytes: "1KiB", log_level: "debug" },
    before: addHeld,
    flags: (box) => ["--log-file", `${box.root}/tmp/imp.log`],
    isReady: (box) => readIfThere(`${box.root}/tmp/imp.log`).includes("daemon ready"),
    drive: async (box) => {
      const { pid } = (await box.daemons())[0]!;
      await eventually("its log was rotated", () => {
        if (!isAlive(pid)) return true;
        // Without a meaning, but worth a line.
        Deno.kill(pid, "SIGUSR2");
        return readIfThere(`${box.root}/tmp/imp.log.1`) !== "";
      });
    },
    after: (jobs) => assertEquals(find(jobs, "held")!.status, "running"),
  },
  "a migration of its store": {
    points: ["migrate.before_commit"],
    errors: ["migrate.before_commit"],
    before: addHeld,
    prepare: plantOldStore,
    drive: (box) => box.imp(["list"]),
    after: (jobs) => assertEquals(jobs.map(({ id }) => id).sort(), OLD_JOBS),
  },
  "a nuke": {
    points: ["erase.sockets_removed", "erase.state_removed", "erase.all_removed"],
    before: addHeld,
    drive: (box) => box.imp(["nuke"]),
    after: (jobs) => assertEquals(jobs, []),
  },
  "a cut of output": {
    points: ["logs.cut_intended", "logs.cut_made"],
    errors: ["logs.cut_intended", "logs.cut_made"],
    drive: async (box) => {
      await box.imp(job("wordy", `${TELL_START}; seq 1 400000; sleep 0.3; seq 400001 400100`));
      await box.imp(["wait", "wordy"]);
    },
    after: async (_jobs, box) => {
      const lines = (await box.impOk(["stdout", "wordy"])).trim().split("\n").map(Number);
      assertEquals(lines.at(-1), 400_100);
      const first = lines[0]!;
      assertEquals(lines, lines.map((_, index) => first + index), "no line is lost or torn");
    },
  },
};

function readIfThere(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}
