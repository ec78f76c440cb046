import { escapeLabel } from "../../base/terminal_text.ts";
import { countOf } from "../output/count_of.ts";
import type { Cause, Judgment } from "./cause.ts";
import { findErrorLine } from "./clue.ts";
import type { ToldRun } from "./why_facts.ts";

/** What the kernel sends to a program that does something impossible (signal(7)), and what that is. */
const CRASHES: Readonly<Record<string, readonly [reason: string, what: string]>> = {
  SIGSEGV: ["crash.segfault", "it crashed: it touched memory that is not its own (SIGSEGV)"],
  SIGBUS: ["crash.bus_error", "it crashed: it touched memory that is not there (SIGBUS)"],
  SIGILL: [
    "crash.illegal_instruction",
    "it crashed: an instruction that this processor lacks (SIGILL)",
  ],
  SIGFPE: ["crash.arithmetic", "it crashed: a division by zero or the like (SIGFPE)"],
  SIGTRAP: ["crash.trap", "it crashed: it ran into a trap (SIGTRAP)"],
  SIGSYS: ["crash.system_call", "it made a system call that is not allowed here (SIGSYS)"],
  SIGABRT: ["crash.abort", "it gave up by itself (SIGABRT)"],
  SIGPIPE: ["signal.pipe", "it wrote to a pipe that nobody reads any more (SIGPIPE)"],
  SIGXCPU: ["limit.cpu", "it used up the processor time that it may have (SIGXCPU, ulimit -t)"],
  SIGXFSZ: ["limit.file_size", "a file became larger than its limit allows (SIGXFSZ, ulimit -f)"],
};

/** A signal ended it, and nobody stopped the job. `said`: what its last words say, if they say anything. */
export function judgeSignal(told: ToldRun, said: Cause | undefined): Judgment {
  const { run } = told;
  const signal = run.signal!;
  if (run.asked?.what === "signal" && run.asked.signal === signal) return judgeAsked(told);
  if (signal === "SIGKILL") return judgeKill(told, said);
  const [reason, what] = CRASHES[signal] ?? [];
  // Who gives up by itself has mostly said why.
  if (signal === "SIGABRT" && said !== undefined) return { ...said, also: [cause(reason!, what!)] };
  const line = findErrorLine(told.stderr);
  const words = line === undefined ? "" : `: ${escapeLabel(line)}`;
  if (reason !== undefined) return { ...cause(reason, what + words), also: listOf(said) };
  const message = `${signal} ended it, which imp did not send: somebody's kill, a script, ` +
    "or the program itself";
  return { ...cause("signal.outside", message), also: listOf(said) };
}

function judgeAsked({ run: { signal, asked } }: ToldRun): Judgment {
  const { by } = asked!;
  const who = by === undefined ? "" : `, called by ${escapeLabel(by.program)} (pid ${by.pid})`;
  return { ...cause("signal.asked", `imp signal ${signal} ended it${who}`), also: [] };
}

function judgeKill({ run }: ToldRun, said: Cause | undefined): Judgment {
  const { cgroup, machine } = run.oom_kills ?? { cgroup: null, machine: null };
  if (cgroup !== null && cgroup > 0) {
    const message = `out of memory: the kernel killed it (SIGKILL; ${
      countOf(cgroup, "kill")
    } for want of memory in its cgroup while it ran)`;
    const hint = "Give the container, or its cgroup, more memory, or have it use less";
    return { reason: "memory.oom", message, hint, also: listOf(said) };
  }
  const maybe = machine !== null && machine > 0
    ? `; maybe the kernel did, which killed ${
      countOf(machine, "process", "processes")
    } for want of memory on this machine meanwhile`
    : "";
  const message = `SIGKILL ended it, which imp did not send: somebody's kill -9${maybe}`;
  return { ...cause("signal.outside", message), also: listOf(said) };
}

function cause(reason: string, message: string): Cause {
  return { reason, message };
}

function listOf(said: Cause | undefined): Cause[] {
  return said === undefined ? [] : [said];
}
