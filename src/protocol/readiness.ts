/** How it is found out whether a job serves, as requests say it and the store keeps it. */
import * as z from "zod/mini";
import { LARGEST_PORT } from "../base/ports.ts";
import { MEANINGS, text, wholeNumber } from "./meaning.ts";
import { isProbeUrl } from "./probe_url.ts";
import { AbsolutePath, CommandLine, Milliseconds, Script } from "./values.ts";

const LONGEST_HOST = 253;
const LONGEST_URL = 2_048;
const LONGEST_PATTERN = 1_024;

const Url = text(
  {
    name: "probe url",
    must: "an http: or https: URL without fragment, which may have ${ports.NAME} in it, of " +
      `${LONGEST_URL} characters at most`,
  },
  (url) => url.length <= LONGEST_URL && isProbeUrl(url),
);

const HttpStatus = wholeNumber(
  { name: "http status", must: "a whole number from 100 to 599" },
  { least: 100, most: 599 },
);

const Host = text(
  { name: "host", must: `the name or address of a host, of ${LONGEST_HOST} characters at most` },
  (host) => host.length <= LONGEST_HOST && /^[\w.:%-]+$/.test(host),
);

const Port = z.union([
  wholeNumber(
    { name: "port number", must: `a whole number from 1 to ${LARGEST_PORT}` },
    { least: 1, most: LARGEST_PORT },
  ),
  text(
    {
      name: "declared port",
      must: "${ports.NAME}, one that the job declares, or ${jobs.JOB.ports.NAME}",
    },
    (reference) => /^\$\{(?:jobs\.[^{}]+\.)?ports\.[a-z][a-z0-9_]*\}$/.test(reference),
  ),
], `must be a whole number from 1 to ${LARGEST_PORT}, or \${ports.NAME}`);

const Pattern = text(
  {
    name: "pattern",
    must: `a regular expression of JavaScript, of ${LONGEST_PATTERN} characters at most`,
  },
  (pattern) => pattern.length <= LONGEST_PATTERN && isPattern(pattern),
);

function isPattern(pattern: string): boolean {
  try {
    new RegExp(pattern);
    return pattern !== "";
  } catch {
    return false;
  }
}

/** Looking is not free: no probe is tried more often. */
const Pause = wholeNumber(
  { name: "pause", must: "a whole number of milliseconds from 20 to 3600000 (an hour)" },
  { least: 20, most: 3_600_000 },
);

const timing = {
  /** From the end of one try to the next; by default 500, of `log` 100, and the first ten tries at most 100. */
  interval_ms: z.optional(Pause),
  /** How long one try may take; by default 5,000. */
  timeout_ms: z.optional(Pause),
};

/** What is tried, whatever it is tried for. */
const probes = {
  http: {
    kind: z.literal("http"),
    url: Url,
    /** Which answers count beside those from 200 to 399. No redirect is followed. */
    status: z.optional(z.array(HttpStatus, "must be a list of statuses")),
  },
  tcp: {
    kind: z.literal("tcp"),
    /** By default this machine, by 127.0.0.1 or ::1. */
    host: z.optional(Host),
    port: Port,
  },
  command: {
    kind: z.literal("command"),
    /** argv, or left out with `script`. Ready is code 0. */
    command: z.optional(CommandLine),
    /** A text for `sh`. */
    script: z.optional(Script),
    /** Where it runs; by default the job's own directory. */
    workdir: z.optional(AbsolutePath),
  },
  /** The run listens on every port that its job declares; where it declares none, on any at all. */
  ports: { kind: z.literal("ports") },
} as const;

const hasOneCommand = () =>
  z.refine<{ command?: unknown; script?: unknown }>(
    ({ command, script }) => (command === undefined) !== (script === undefined),
    { error: 'must be there, or "script", and not both', path: ["command"] },
  );

const KIND_MUST = 'must be "http", "tcp", "log", "command", "delay" or "ports"';

const Tries = wholeNumber(
  { name: "tries", must: "a whole number from 1 to 1000" },
  { least: 1, most: 1_000 },
);

const readyTiming = {
  ...timing,
  /** So many tries in a row must succeed; by default 1. */
  retries: z.optional(Tries),
  /** From the start of a run; when it is over and the run is not ready, that is told. By default 60,000. */
  within_ms: z.optional(Milliseconds),
};

/** When a run counts as ready. */
export const ReadyCheck = z.discriminatedUnion("kind", [
  z.object({ ...probes.http, ...readyTiming }),
  z.object({ ...probes.tcp, ...readyTiming }),
  z.object({
    kind: z.literal("log"),
    /** Sought in each line of both streams, from the first byte of the run; 8 KiB of a line count. */
    regex: Pattern,
    ...readyTiming,
  }),
  z.object({ ...probes.command, ...readyTiming }).check(hasOneCommand()),
  z.object({
    kind: z.literal("delay"),
    /** So long after its start, if it is still there. */
    ms: Milliseconds,
  }),
  z.object({ ...probes.ports, ...readyTiming }),
], KIND_MUST).register(MEANINGS, {
  name: "ready check",
  must: "what makes a run ready, by its kind",
});
export type ReadyCheck = z.infer<typeof ReadyCheck>;

const healthTiming = {
  ...timing,
  /** So many failed tries in a row are told; by default 3. */
  retries: z.optional(Tries),
  /** So long after the start of a run nothing is asked; by default 0. */
  grace_ms: z.optional(Milliseconds),
  /** What follows then, beside telling it; by default nothing. */
  then: z.optional(z.enum(["report", "restart"], 'must be "report" or "restart"')),
};

/** What is asked of a run again and again once it is ready; `interval_ms` is 10,000 by default. */
export const HealthCheck = z.discriminatedUnion("kind", [
  z.object({ ...probes.http, ...healthTiming }),
  z.object({ ...probes.tcp, ...healthTiming }),
  z.object({ ...probes.command, ...healthTiming }).check(hasOneCommand()),
  z.object({ ...probes.ports, ...healthTiming }),
], 'must be "http", "tcp", "command" or "ports"').register(MEANINGS, {
  name: "health check",
  must: "what a healthy run answers to, by its kind",
});
export type HealthCheck = z.infer<typeof HealthCheck>;
