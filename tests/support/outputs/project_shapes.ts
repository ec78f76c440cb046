/** What the commands of project files print. */
import * as z from "zod/mini";
import { DEPENDENCY_STATES } from "../../../src/protocol/dependency_state.ts";
import { PlannedJob } from "./job_shapes.ts";

/** A job that is in a file, and in no daemon. */
const NamedJob = z.object({ name: z.string() });

/** Something in a project file. */
const Trouble = z.object({
  file: z.string(),
  /** From 1. */
  line: z.optional(z.number()),
  column: z.optional(z.number()),
  /** Of the entry, as in `jobs.api.cwd`; empty for the file. */
  path: z.string(),
  message: z.string(),
  hint: z.optional(z.string()),
  /** The variable that is missing, where nothing else is wrong. */
  variable: z.optional(z.string()),
});

/** The schemas of objects about projects, by what they are called on the page. */
export const PROJECT_SHAPES = {
  Check: z.object({
    files: z.array(z.string()),
    /** Whether nothing is wrong. */
    ok: z.boolean(),
    jobs: z.array(NamedJob),
    problems: z.array(Trouble),
    /** What is odd, and no mistake. */
    warnings: z.array(Trouble),
  }),
  Graph: z.object({
    file: z.string(),
    name: z.nullable(z.string()),
    /** Names of jobs: those of one level can start at once. */
    levels: z.array(z.array(z.string())),
    jobs: z.array(z.object({
      name: z.string(),
      description: z.nullable(z.string()),
      level: z.number(),
      task: z.boolean(),
      autostart: z.boolean(),
      groups: z.array(z.string()),
      depends_on: z.array(z.object({
        job: z.string(),
        for: z.enum(DEPENDENCY_STATES),
        restart: z.optional(z.boolean()),
      })),
    })),
  }),
  MermaidGraph: z.object({ mermaid: z.string() }),
  NewProject: z.object({ file: z.string(), schema: z.string(), jobs: z.array(NamedJob) }),
  Import: z.object({
    /** The tool. */
    kind: z.string(),
    sources: z.array(z.string()),
    /** Null where nothing was written. */
    file: z.nullable(z.string()),
    jobs: z.array(NamedJob),
    losses: z.array(z.object({
      file: z.string(),
      line: z.nullable(z.number()),
      job_name: z.nullable(z.string()),
      key: z.string(),
      why: z.string(),
    })),
    yaml: z.string(),
  }),
  Export: z.object({
    target: z.string(),
    files: z.array(z.object({
      name: z.string(),
      /** Null where nothing was written. */
      path: z.nullable(z.string()),
      text: z.string(),
    })),
    losses: z.array(z.object({ job_name: z.nullable(z.string()), what: z.string() })),
  }),
  SavedJobs: z.object({
    file: z.string(),
    jobs: z.array(z.object({ id: z.string(), name: z.string() })),
    /** With `--dry-run`, what the file would be. */
    text: z.optional(z.string()),
  }),
  Trust: z.object({
    file: z.string(),
    trusted: z.boolean(),
    /** Why a yes is needed; null where none is. */
    why: z.nullable(z.string()),
    jobs: z.array(z.object({ name: z.string(), command: z.array(z.string()) })),
  }),
  TrustedFiles: z.object({
    files: z.array(z.object({
      file: z.string(),
      state: z.enum(["trusted", "changed", "gone", "unsafe"]),
    })),
  }),
  Reload: z.object({
    /** Names of settings. */
    changed: z.array(z.string()),
    /** Those of them that take a restart of the daemon. */
    needs_restart: z.array(z.string()),
    notes: z.array(z.string()),
    jobs: z.array(PlannedJob),
  }),
} satisfies Readonly<Record<string, z.ZodMiniType>>;
