/** `imp why` of ends that somebody else made: imp and for whom, the kernel, another user; and what was different. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { openBox } from "../support/box.ts";
import { eventually } from "../support/eventually.ts";
import { fixture } from "../support/fixtures.ts";
import { canMakeMemoryCgroup, openMemoryCgroup } from "../support/memory_cgroup.ts";
import { rebootMachine } from "../support/other_boot.ts";
import { CAN_BE_OTHER_USER, openUserBox } from "../support/other_user.ts";
import { hasTools, parentOf } from "../support/process_facts.ts";
import { askWhy, type Death, expectWhy, untilAll } from "../support/why_answers.ts";

if (!CAN_BE_OTHER_USER) {
  console.warn("NOT RUN: why of a directory that cannot be entered: root, setpriv, compiled imp");
}

/** Who ends each, and what is to be said of it. */
const ENDED_BY: Readonly<Record<string, Omit<Death, "job">>> = {
  stopped: {
    reason: "stop.asked",
    says: /^stopped \(SIGTERM\): stopped by imp stop, called by sh \(pid \d+\)$/,
  },
  stubborn: {
    reason: "stop.killed",
    says:
      /^stopped \(SIGKILL\): stopped by imp stop.*; SIGTERM did not end it within 100ms, so imp killed it$/,
  },
  signalled: {
    reason: "signal.asked",
    says: /^failed \(SIGKILL\): imp signal SIGKILL ended it, called by sh/,
  },
  killed: {
    reason: "signal.outside",
    says: /^failed \(SIGKILL\): SIGKILL ended it, which imp did not send: somebody's kill -9/,
  },
  ended: {
    reason: "signal.outside",
    says: /^failed \(SIGTERM\): SIGTERM ended it, which imp did not send/,
  },
  orphan: {
    reason: "lost.shim_killed",
    says: /^lost: exit code unknown: its shim was killed$/,
  },
  moved: { reason: "crash_loop", says: /working directory ".*\/gone" does not exist$/ },
};

Deno.test("why tells who ended a job: imp and for whom, somebody else, or nobody knows", async () => {
  await using box = await openBox();
  await Deno.mkdir(`${box.project}/gone`);
  const add = async (name: string, ...words: string[]) => {
    await box.impOk(["add", "--name", name, ...words]);
    return (await box.impJson(["show", name])).pid as number;
  };
  await add("stopped", "--", "sleep", "1000000");
  await add("stubborn", "--stop-timeout", "100ms", "--", ...fixture("stubborn.sh"));
  await add("signalled", "--", "sleep", "1000000");
  const moved = await add(
    "moved",
    ...["--cwd", "gone", "--restart", "on-failure:1", "--", "sleep", "1000000"],
  );
  const killed = await add("killed", "--", "sleep", "1000000");
  const ended = await add("ended", "--", "sleep", "1000000");
  const orphan = await add("orphan", "--", "sleep", "1000000");

  await box.shell("imp stop stopped stubborn >/dev/null 2>&1; imp signal KILL signalled");
  Deno.kill(killed, "SIGKILL");
  Deno.kill(ended, "SIGTERM");
  for (const pid of [parentOf(orphan), orphan]) Deno.kill(pid, "SIGKILL");
  await Deno.remove(`${box.project}/gone`);
  Deno.kill(moved, "SIGKILL");
  await untilAll(box, ["signalled", "killed", "ended", "orphan", "moved"], /failed|lost/);
  const texts = await expectWhy(box, ENDED_BY);
  assertMatch(texts.moved!, /\nalso: /);

  await add("rebooted", "--", "sleep", "1000000");
  await rebootMachine(box);
  await expectWhy(box, {
    rebooted: { reason: "lost.rebooted", says: /^lost: the machine was restarted$/ },
  });
});

Deno.test("why tells what is different since the last run that went well, by names and never by values", async () => {
  await using box = await openBox();
  const env = ["--env", "TOKEN=hunter2", "--env", "OLD=1"];
  await box.impOk(["add", "--name", "job", ...env, "--", "true"]);
  await box.impOk(["wait", "job"]);
  await box.impOk([
    ...["set", "job", "--env", "TOKEN=hunter3", "--env", "NEW=1", "--unset-env", "OLD"],
    ...["--", "sh", "-c", "exit 5"],
  ]);
  await box.imp(["start", "job"]);
  await untilAll(box, ["job"], /failed/);
  const text = await askWhy(box, "job");
  assertStringIncludes(
    text,
    "\nchanged since run 1, the last that went well: command; environment TOKEN; " +
      "new in the environment NEW; no more in the environment OLD\n",
  );
  const json = JSON.stringify(await box.impJson(["why", "job"]));
  assert(!/hunter/.test(text + json));
  const { code } = await box.imp(["why", "nobody"]);
  assertEquals(code, 4);
});

const CAN_LIMIT = await canMakeMemoryCgroup() && hasTools("tail");
if (!CAN_LIMIT) {
  console.warn("NOT RUN: why of the kernel's killer needs a cgroup that may be made, and tail");
}

Deno.test({
  name: "why tells that the kernel's killer for want of memory has ended a job",
  ignore: !CAN_LIMIT,
  async fn() {
    // Its daemon is in it until the box is closed.
    await using group = (await openMemoryCgroup())!;
    await using box = await openBox();
    await box.shell(`echo $$ > ${group.procs} && exec imp daemon start`);
    // A line whose end does not come: tail holds all of it.
    await box.impOk(["add", "--name", "hog", "--", "tail", "/dev/zero"]);
    await untilAll(box, ["hog"], /failed/);
    await expectWhy(box, {
      hog: {
        reason: "memory.oom",
        says:
          /^failed \(SIGKILL\): out of memory: the kernel killed it \(SIGKILL; \d+ kills? for want of memory in its cgroup while it ran\)$/,
      },
    });
  },
});

Deno.test({
  name: "why tells of a directory that cannot be entered",
  ignore: !CAN_BE_OTHER_USER,
  async fn() {
    await using user = await openUserBox();
    const { box } = user;
    await box.run(["mkdir", "-m", "755", "closed"]);
    await box.run(["chown", "65534", "closed"]);
    const how = ["--cwd", "closed", "--restart", "on-failure:1"];
    await user.impOk(["add", "--name", "job", ...how, "--", "sleep", "1000000"]);
    await box.run(["chmod", "000", "closed"]);
    const { pid } = JSON.parse(await user.impOk(["show", "job", "--json"]));
    Deno.kill(pid, "SIGKILL");
    const text = await eventually("it has failed", async () => {
      const said = await user.impOk(["why", "job"]);
      return /given up/.test(said) && said;
    });
    assertMatch(text.split("\n")[0]!, /working directory ".*\/closed" cannot be entered$/);
  },
});
