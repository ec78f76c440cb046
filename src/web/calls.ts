import * as z from "zod/mini";

const Project = z.string().check(z.regex(/^[a-z0-9][a-z0-9._-]{0,47}$/));
const Job = z.string().check(z.regex(/^[A-Za-z0-9]{3,64}$/));
const JobOf = { project: Project, job: Job };
const Count = (most: number) => z.int().check(z.minimum(1), z.maximum(most));

/** What may be asked for with a key, and what has to be said with it. */
export const CALLS = {
  /** The projects of the user. */
  projects: z.strictObject({}),
  /** A stream: the jobs of a project, and every change. */
  watch: z.strictObject({
    project: Project,
    /** The last event that is known: what has happened since is told, as far as it can be shown. */
    since: z.optional(Count(Number.MAX_SAFE_INTEGER)),
  }),
  /** A stream: what a run has printed; with `follow` what it prints, and the runs after it. */
  output: z.strictObject({
    ...JobOf,
    run: z.optional(Count(1e9)),
    lines: Count(10_000),
    follow: z.boolean(),
    /** Only lines that match this regular expression. */
    pattern: z.optional(z.string().check(z.minLength(1), z.maxLength(1_000))),
  }),
  show: z.strictObject(JobOf),
  /** The same for people, with its runs. */
  details: z.strictObject(JobOf),
  why: z.strictObject(JobOf),
  start: z.strictObject(JobOf),
  stop: z.strictObject(JobOf),
  restart: z.strictObject(JobOf),
  signal: z.strictObject({ ...JobOf, signal: z.string().check(z.regex(/^[A-Z0-9+-]{1,16}$/)) }),
};
export type CallName = keyof typeof CALLS;
export type PayloadOf<Name extends CallName> = z.infer<(typeof CALLS)[Name]>;

/** What is asked for without a key: one, for a token. */
export const Login = z.strictObject({ token: z.string().check(z.maxLength(200)) });

/** A call with its payload, by which its kind is told. */
export type Call = { [Name in CallName]: { name: Name; payload: PayloadOf<Name> } }[CallName];
