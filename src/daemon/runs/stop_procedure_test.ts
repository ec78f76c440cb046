import { assertEquals } from "@std/assert";
import { FakeClock } from "../../../tests/support/fake_clock.ts";
import { holdDoor } from "../../platform/guarded.ts";
import type { ProcessIdentity, SignalOutcome } from "../../platform/processes/process_identity.ts";
import type { RunMember } from "./run_host.ts";
import { StopProcedure, type StopTarget } from "./stop_procedure.ts";

/** Processes by pid, each with what it does when it is signalled. */
class FakeTarget implements StopTarget {
  readonly signals: string[] = [];
  readonly #living = new Map<number, RunMember>();
  readonly #hidden = new Set<number>();
  /** What becomes of a signal; what it throws is a look that fails. */
  onSignal: (pid: number, signal: string) => SignalOutcome = (pid, signal) => {
    if (signal !== "SIGSTOP" && signal !== "SIGCONT") this.end(pid);
    return "sent";
  };
  holding: () => readonly RunMember[] | "soon" = () => [];
  onLook = () => {};

  add(pid: number, traits: Partial<RunMember> = {}): RunMember {
    const identity = { pid, startTime: String(pid), bootId: "boot" };
    const member = { identity, command: `c${pid}`, inGroup: true, ...traits };
    this.#living.set(pid, member);
    return member;
  }

  end(pid: number): void {
    this.#living.delete(pid);
  }

  /** It lives, and nothing leads to it any more. */
  hide(pid: number): void {
    this.#hidden.add(pid);
  }

  members = () => {
    this.onLook();
    return [...this.#living.values()].filter(({ identity }) => !this.#hidden.has(identity.pid));
  };
  isRecorded = () => true;
  holders = () => this.holding();
  isAlive = ({ pid }: ProcessIdentity) => this.#living.has(pid);
  ownerOf = () => "root";

  signalGroup = (signal: string): SignalOutcome => {
    this.signals.push(`group ${signal}`);
    const group = [...this.#living.values()].filter(({ inGroup }) => inGroup);
    for (const { identity } of group) this.onSignal(identity.pid, signal);
    return "sent";
  };
  signalProcess = ({ pid }: ProcessIdentity, signal: string): SignalOutcome => {
    if (!this.#living.has(pid)) return "gone";
    this.signals.push(`${pid} ${signal}`);
    return this.onSignal(pid, signal);
  };
}

function stop(target: StopTarget, timeoutMs = 1_000) {
  const clock = new FakeClock();
  return { clock, procedure: new StopProcedure(target, clock, { signal: "SIGTERM", timeoutMs }) };
}

Deno.test("C5 the stop signal goes once, and who comes later gets only the KILL at the end", async () => {
  const target = new FakeTarget();
  target.add(1, { isCommand: true });
  target.add(2, { inGroup: false });
  target.onSignal = (pid, signal) => {
    if (signal === "SIGKILL") target.end(pid);
    // The child of its handler, in its group, and one that left it.
    if (signal === "SIGTERM" && pid === 1) target.add(3), target.add(4, { inGroup: false });
    return "sent";
  };
  const { clock, procedure } = stop(target);
  await clock.advance(900);
  assertEquals(target.signals, ["group SIGTERM", "2 SIGTERM", "group SIGCONT", "2 SIGCONT"]);
  await clock.advance(200);
  assertEquals(await procedure.done, []);
  assertEquals(
    target.signals.filter((signal) => signal.endsWith("KILL")),
    [1, 2, 3, 4].map((pid) => `${pid} SIGKILL`),
  );
});

Deno.test("C5 a command that was not born when the signal went is told once it is", async () => {
  const target = new FakeTarget();
  const { clock, procedure } = stop(target);
  target.onLook = () => {
    if (target.signals.length === 2) target.add(1, { isCommand: true });
  };
  await clock.advance(100);
  assertEquals(await procedure.done, []);
  assertEquals(target.signals, ["group SIGTERM", "group SIGCONT", "1 SIGTERM"]);
});

Deno.test("A1 a process that may not be signalled is a survivor with its user, soon after the timeout", async () => {
  const target = new FakeTarget();
  target.add(1);
  target.onSignal = () => "refused";
  const { clock, procedure } = stop(target);
  await clock.advance(1_600);
  assertEquals(await procedure.done, [{ pid: 1, command: "c1", user: "root" }]);
});

Deno.test("A1 what follows those that could be killed is no survivor, though it may not be signalled itself", async () => {
  const target = new FakeTarget();
  target.add(1);
  target.add(2);
  target.onSignal = (pid, signal) => {
    if (pid === 2) return "refused";
    if (signal === "SIGKILL") target.end(1);
    return "sent";
  };
  const { clock, procedure } = stop(target);
  await clock.advance(1_100);
  target.end(2);
  await clock.advance(200);
  assertEquals(await procedure.done, []);
});

Deno.test("A1 a process that does not die of KILL is a survivor", async () => {
  const target = new FakeTarget();
  target.add(1);
  target.onSignal = () => "sent";
  const { clock, procedure } = stop(target, 0);
  await clock.advance(4_000);
  assertEquals((await procedure.done).map(({ pid }) => pid), [1]);
});

Deno.test("A1 looks and signals that fail end nothing, and the next ones count", async () => {
  const target = new FakeTarget();
  using _door = holdDoor(() => {});
  target.add(1);
  let failures = 5;
  target.onLook = () => {
    if (failures-- > 0) throw new Error("EMFILE");
  };
  const { clock, procedure } = stop(target, 50);
  await clock.advance(1_000);
  assertEquals(await procedure.done, []);
});

Deno.test("A1 who cannot look at all gives up with whom he knew", async () => {
  const target = new FakeTarget();
  target.add(1);
  target.onSignal = () => "sent";
  using _door = holdDoor(() => {});
  const { clock, procedure } = stop(target, 50);
  await clock.advance(20);
  target.onLook = () => {
    throw new Error("EMFILE");
  };
  await clock.advance(5_000);
  assertEquals((await procedure.done).map(({ pid }) => pid), [1]);
});

Deno.test("who was found once is ended, also when nothing leads to him any more", async () => {
  const target = new FakeTarget();
  target.add(1, { inGroup: false });
  target.onSignal = (pid, signal) => {
    target.hide(pid);
    if (signal === "SIGKILL") target.end(pid);
    return "sent";
  };
  const { clock, procedure } = stop(target, 200);
  await clock.advance(400);
  assertEquals(await procedure.done, []);
  assertEquals(target.signals.includes("1 SIGKILL"), true);
});

Deno.test("who holds the output is asked for last, signalled, and killed", async () => {
  const target = new FakeTarget();
  target.add(1);
  const holder = target.add(2, { inGroup: false, isHolder: true });
  target.hide(2);
  target.holding = () => target.isAlive(holder.identity) ? [holder] : [];
  const { clock, procedure } = stop(target);
  await clock.advance(100);
  assertEquals(await procedure.done, []);
  assertEquals(target.signals.includes("2 SIGTERM"), true);
});

Deno.test("a holder that is not known by its pid is named as one that is not", async () => {
  const target = new FakeTarget();
  const unknown = { pid: 0, startTime: "0", bootId: "boot" };
  target.holding = () => [{ identity: unknown, command: "", inGroup: false, isHolder: true }];
  const { clock, procedure } = stop(target, 100);
  await clock.advance(1_000);
  assertEquals((await procedure.done).map(({ pid }) => pid), [0]);
});

Deno.test("a shim that has not ended yet is waited for, but not for ever", async () => {
  const target = new FakeTarget();
  target.holding = () => "soon";
  const { clock, procedure } = stop(target);
  await clock.advance(5_000);
  assertEquals(await procedure.done, []);
});
