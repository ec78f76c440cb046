import { AppError } from "../base/app_error.ts";
import { isUp } from "../protocol/job_status.ts";
import type { PayloadOf } from "../protocol/request.ts";
import type { Command, CommandContext } from "./frame/command.ts";
import type { FlagSpec } from "./frame/flag_spec.ts";
import { JOB_EXIT_CODES } from "./frame/exit_code_texts.ts";
import { expectStarted } from "./output/expect_started.ts";
import { readJobs } from "./frame/job_operands.ts";
import {
  expectUnderstood,
  PORT_FLAG,
  readPortFlags,
  readReadyFlag,
  readWatchFlags,
  READY_FLAG,
  TTY_FLAG,
  WATCH_FLAG,
} from "./frame/job_spec.ts";
import {
  PLACE_FLAGS,
  readDirectory,
  readEnvFlags,
  SHELL_FLAG,
  toCommand,
} from "./frame/place_flags.ts";
import { readSetFlags, SET_FLAGS } from "./frame/set_flags.ts";
import { LIMIT_FLAGS, readLimitFlags } from "./frame/limit_flags.ts";
import { describeChanges } from "./output/describe_changes.ts";
import { tellPorts } from "./output/port_text.ts";
import { callJob, nameJob } from "./output/job_text.ts";
import { writeJson, writeLines, writeNote } from "./frame/write.ts";
import type { ParsedArgs } from "./frame/parse_args.ts";

const UNSET_FLAG: FlagSpec = {
  name: "unset-env",
  value: "NAME",
  repeat: true,
  summary: "Take a variable out of the environment",
};
const UNSET_PORT_FLAG: FlagSpec = {
  name: "unset-port",
  value: "NAME",
  repeat: true,
  summary: "Take a port away",
};
const NO_TTY_FLAG: FlagSpec = { name: "no-tty", summary: "Take its terminal away" };
const NOW_FLAG: FlagSpec = {
  name: "now",
  summary: "Restart the job when something would wait for its next start",
};

/** A flag of a new job as `set` has it: what is not named stays, so there is no default. */
function ofAJobThatIs(flag: FlagSpec): FlagSpec {
  if (flag.name === "env") return { ...flag, summary: "Set a variable of its environment" };
  return { ...flag, summary: flag.summary.replace(/ \(default: [^)]*\)$/, "") };
}

function orNone(flag: FlagSpec, word = "none"): FlagSpec {
  const { summary, ...rest } = ofAJobThatIs(flag);
  return { ...rest, summary: `${summary}; or ${word}` };
}

/** `imp set`: another definition for jobs that are there. */
export const command: Command = {
  usage: ["set JOB… [flags]", "set JOB [flags] -- COMMAND [ARG…]"],
  description:
    "Changes what jobs are defined as; what is not named stays. Policy, how they are stopped, " +
    "description, schedule, limits, what makes them ready and which files are watched hold at once; command, " +
    "directory, environment, ports and terminal from the next start on, or with --now from a restart.",
  flags: [
    ...[...SET_FLAGS, ...PLACE_FLAGS].map(ofAJobThatIs),
    UNSET_FLAG,
    PORT_FLAG,
    UNSET_PORT_FLAG,
    orNone(READY_FLAG),
    orNone(WATCH_FLAG),
    ...LIMIT_FLAGS.map((flag) => orNone(flag, /default/.test(flag.summary) ? "default" : "none")),
    TTY_FLAG,
    NO_TTY_FLAG,
    SHELL_FLAG,
    NOW_FLAG,
  ],
  operands: "jobs",
  examples: [
    { command: "imp set api --restart on-failure:5", what: "holds at once" },
    { command: "imp set api --env PORT=8080 --unset-env DEBUG --now", what: "and restart it" },
    { command: "imp set api -- deno task api --watch", what: "another command" },
  ],
  output: 'One line a job: Changed job V3x (api): restart policy. With --json {"jobs":[…],' +
    '"changes":[{"job_id","changed","pending","env_names"}]}.',
  exitCodes: {
    0: "done, even if nothing was different",
    1: "one could not be started with --now",
    ...JOB_EXIT_CODES,
    126: "the command is not executable",
    127: "the command was not found",
  },
  async run(ctx, args) {
    const wanted = await readWish(ctx, args);
    const client = await ctx.client();
    await expectUnderstood(client, wanted);
    const reply = await client.request("set", wanted);
    if (ctx.json) await writeJson(ctx, reply);
    else if (!ctx.quiet) {
      const lines = reply.changes.map((change) => {
        const job = reply.jobs.find(({ id }) => id === change.job_id)!;
        const all = { ...change, changed: [...change.changed, ...change.pending] };
        return all.changed.length === 0
          ? `Job ${nameJob(job)} is so already`
          : `Changed job ${nameJob(job)}: ${describeChanges(all.changed, change.env_names)}`;
      });
      await writeLines(ctx, lines);
    }
    for (const { job_id, pending, env_names } of reply.changes) {
      const job = reply.jobs.find(({ id }) => id === job_id)!;
      if (pending.length === 0 || !isUp(job.status)) continue;
      const what = describeChanges(pending, env_names);
      await writeNote(
        ctx,
        `From its next start on: ${what}. It comes at once with: imp restart ${callJob(job)}`,
      );
    }
    if (wanted.now) {
      await tellPorts(ctx, reply.jobs);
      expectStarted(reply.jobs);
    }
    return 0;
  },
};

async function readWish(ctx: CommandContext, args: ParsedArgs): Promise<PayloadOf<"set">> {
  const words = args.behindDashes ?? [];
  const named = args.operands.slice(0, args.operands.length - words.length);
  const { jobs } = readJobs({ has: () => false, operands: named }, "set");
  if (args.behindDashes !== undefined && words.length === 0) {
    throw new AppError("usage.missing_command", "No command behind the two dashes", {
      hint: "imp set JOB -- COMMAND",
    });
  }
  if (args.has("shell") && words.length === 0) {
    throw new AppError("usage.missing_command", "--shell goes with a command", {
      hint: "imp set JOB --shell -- 'make lint && make test'",
    });
  }
  if (words.length > 0 && jobs.length > 1) {
    throw new AppError("usage.conflict", "A command is for one job, and several are named");
  }
  const env = await readEnvFlags(ctx, args);
  const unset = args.values("unset-env");
  const ports = await readPortFlags(args);
  const unsetPorts = args.values("unset-port");
  const workdir = await readDirectory(ctx, args);
  const changes = {
    ...await readSetFlags(args),
    ...words.length > 0 && { command: toCommand(args, words) },
    ...workdir !== undefined && { workdir },
    ...Object.keys(env).length > 0 && { env },
    ...readTty(args),
    ...await readReady(args),
    ...await readWatch(args),
    ...await readLimitFlags(args),
    ...ports !== undefined && { ports },
    ...unsetPorts.length > 0 && { unset_ports: [...unsetPorts] },
    ...unset.length > 0 && { unset_env: [...unset] },
  };
  if (Object.keys(changes).length === 0) {
    throw new AppError("usage.missing_value", "Nothing to set", {
      hint: "Say what: imp set JOB --env NAME=VALUE, --restart POLICY, -- COMMAND; imp help set",
    });
  }
  return { jobs, ...changes, ...args.has("now") && { now: true } };
}

async function readReady(args: ParsedArgs): Promise<Pick<PayloadOf<"set">, "ready">> {
  if (!args.has("ready")) return {};
  return { ready: args.value("ready") === "none" ? null : await readReadyFlag(args) };
}

async function readWatch(args: ParsedArgs): Promise<Pick<PayloadOf<"set">, "watch">> {
  const watch = await readWatchFlags(args);
  if (watch === undefined) return {};
  return { watch: watch.paths.length === 1 && watch.paths[0] === "none" ? null : watch };
}

function readTty(args: ParsedArgs): { tty?: boolean } {
  if (args.has("tty") && args.has("no-tty")) {
    throw new AppError("usage.conflict", "Either --tty or --no-tty, not both");
  }
  return args.has("tty") ? { tty: true } : args.has("no-tty") ? { tty: false } : {};
}
