import { escapeLabel } from "../../base/terminal_text.ts";
import { callJob, nameJob } from "../output/job_text.ts";
import type { Cause } from "./cause.ts";
import type { Clue } from "./clue.ts";
import { describeHolder, findServer, guessPort } from "./describe_holder.ts";
import type { WhyFacts } from "./why_facts.ts";
import { formatStatus } from "../../view/status_words.ts";

type About = Pick<WhyFacts, "holders" | "jobs" | "job" | "daemonId">;
type Judge = (clue: Clue, facts: About) => Omit<Cause, "reason">;

const PRIVILEGED_BELOW = 1_024;

/** What each clue means, in the words of imp; what it is about is named where the program named it. */
const JUDGES: Readonly<Record<string, Judge>> = {
  "port.taken": (clue, facts) => {
    const port = clue.port ?? guessPort(facts);
    if (port === undefined) {
      return { message: `the address that it wants is in use: ${said(clue)}` };
    }
    const { message, hint } = describeHolder(facts, port);
    return { message: `port ${port} is taken: ${message}`, hint };
  },
  "port.address_unavailable": (clue) => ({
    message: `it wants to listen on an address that this machine does not have: ${said(clue)}`,
    hint: "Use 127.0.0.1, localhost or 0.0.0.0",
  }),
  "port.not_permitted": (clue, facts) => {
    const port = clue.port ?? guessPort(facts);
    return {
      message: port !== undefined && port < PRIVILEGED_BELOW
        ? `it may not listen on port ${port}: ports below ${PRIVILEGED_BELOW} are for root`
        : `it may not listen there: ${said(clue)}`,
      hint: `Use a port from ${PRIVILEGED_BELOW} on`,
    };
  },
  "module.missing": (clue) => ({
    message: `module ${quote(clue)} is missing`,
    hint: hintToInstall(clue),
  }),
  "library.missing": (clue) => ({ message: `shared library ${quote(clue)} is missing` }),
  "environment.missing": (clue) => ({
    message: `environment variable ${clue.subject} is not set`,
    hint: `imp set JOB --env ${clue.subject}=… --now`,
  }),
  "command.not_found": (clue) => ({
    message: `command ${quote(clue)} was not found`,
    hint: "Install it, or look at the PATH that the job was given",
  }),
  "disk.full": (clue) => ({ message: `the disk is full: ${said(clue)}`, hint: "df -h" }),
  "disk.read_only": (clue) => ({ message: `the file system is read-only: ${said(clue)}` }),
  "limit.file_size": (clue) => ({
    message: `a file became larger than its limit (ulimit -f) allows: ${said(clue)}`,
  }),
  "limit.open_files": (clue) => ({
    message: `it has too many files open (ulimit -n): ${said(clue)}`,
    hint: "Raise it with ulimit -n, then imp set JOB, imp restart JOB",
  }),
  "limit.processes": (clue) => ({
    message: `no more processes are allowed (ulimit -u, or its cgroup): ${said(clue)}`,
  }),
  "limit.file_watchers": () => ({
    message: "too many files are watched on this machine (inotify)",
    hint: "sysctl fs.inotify.max_user_watches=524288",
  }),
  "memory.heap": (clue) => ({
    message: `its heap is full: ${said(clue)}`,
    hint: "Node: --env NODE_OPTIONS=--max-old-space-size=4096; Java: -Xmx",
  }),
  "memory.exhausted": (clue) => ({ message: `it got no more memory: ${said(clue)}` }),
  "connection.refused": (clue, facts) => {
    const { port } = clue;
    if (port === undefined) {
      return { message: `nobody answers where it connects to: ${said(clue)}` };
    }
    const server = findServer(facts, port);
    const isHeld = facts.holders.some((each) => each.port === port);
    if (server === undefined) {
      const now = isHeld ? "somebody does now" : "nobody does";
      return { message: `nobody listened on port ${port}, which it connects to (${now})` };
    }
    return {
      message: `nobody listened on port ${port}, which is that of job ${nameJob(server)} ` +
        `(${formatStatus(server)} now)`,
      hint: isHeld ? `imp restart ${callJob(facts.job)}` : `imp why ${callJob(server)}`,
    };
  },
  "host.unknown": (clue) => ({
    message: clue.subject === undefined
      ? `a host name could not be resolved: ${said(clue)}`
      : `host ${quote(clue)} could not be resolved`,
  }),
  "file.missing": (clue) => ({
    message: clue.subject === undefined
      ? `a file is missing: ${said(clue)}`
      : `${quote(clue)} does not exist`,
  }),
  "file.not_permitted": (clue) => ({
    message: clue.subject === undefined
      ? `permission denied: ${said(clue)}`
      : `${quote(clue)} may not be used: permission denied`,
  }),
};

/** What a program said, judged by what is known of everything else. */
export function judgeClue(clue: Clue, facts: About): Cause {
  const { message, hint } = JUDGES[clue.reason]!(clue, facts);
  return { reason: clue.reason, message, hint: hint?.replace("JOB", callJob(facts.job)) };
}

function quote({ subject, line }: Clue): string {
  return subject === undefined ? `(${said({ line })})` : JSON.stringify(escapeLabel(subject));
}

function said({ line }: Pick<Clue, "line">): string {
  return escapeLabel(line);
}

/** By what the message looks like; a path is a file that was named wrongly, or not built. */
function hintToInstall({ line, subject = "" }: Clue): string | undefined {
  if (/^(?:\.|\/|file:)/.test(subject)) {
    return "Look whether that file is there, or has to be built";
  }
  if (/No module named/.test(line)) {
    return `pip install ${subject.split(".")[0]}, in the environment that the job runs in`;
  }
  if (/Cannot find (?:module|package)|Failed to resolve import/.test(line)) {
    return `npm install (${subject} is not in node_modules)`;
  }
  if (/^error: .*(?:Import|Relative import)/.test(line)) return `deno add npm:${subject}, or jsr:`;
  if (/cannot load such file/.test(line)) return "bundle install";
  if (/no required module provides/.test(line)) return `go get ${subject}`;
  return undefined;
}
