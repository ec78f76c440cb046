import { AppError } from "../base/app_error.ts";
import type { Clock } from "../base/clock.ts";
import { type CommandResult, runCommand } from "../platform/run_command.ts";
import { openScratchDir } from "../platform/scratch_dir.ts";

/** How long each step of a trial may take; a start that hangs ends itself much sooner. */
const STEP_LIMIT_MS = 60_000;

/** A code that nothing gives by chance. */
const TRIAL_CODE = 73;

/** A build on trial. */
export interface TrialOptions {
  readonly executable: string;
  readonly version: string;
  readonly clock: Clock;
}

/**
 * Lets a new build do all that it is for, in a world of its own, before it gets anybody's jobs: say its version, start
 * its daemon, run a job, tell its output and exit code, and end everything.
 * @throws AppError `upgrade.broken_build` with what went wrong
 */
export async function tryBuild(options: TrialOptions): Promise<void> {
  using dir = openScratchDir();
  const env = {
    XDG_RUNTIME_DIR: dir.path,
    XDG_STATE_HOME: `${dir.path}/state`,
    // The settings of the user are not on trial.
    XDG_CONFIG_HOME: `${dir.path}/config`,
  };
  const step = (args: readonly string[]) => runStep(options, { args, env, cwd: dir.path });
  const said = await step(["--version", "--json"]);
  if (versionIn(said) !== options.version) throw broken(options, "does not say its version", said);
  const script = `echo trial; exit ${TRIAL_CODE}`;
  try {
    const ran = await step(["--daemon-id", TRIAL, "run", "--", "/bin/sh", "-c", script]);
    const isRight = ran.code === TRIAL_CODE && ran.stdout === "trial\n";
    if (!isRight) throw broken(options, "does not run a job", ran);
  } finally {
    await step(["--daemon-id", TRIAL, "nuke"]);
  }
}

const TRIAL = "upgrade-trial";

async function runStep(
  { executable, clock }: TrialOptions,
  { args, env, cwd }: { args: readonly string[]; env: Record<string, string>; cwd: string },
): Promise<CommandResult> {
  const limit = new AbortController();
  const cancel = clock.schedule(STEP_LIMIT_MS, () => limit.abort());
  try {
    return await runCommand([executable, ...args], { cwd, env, signal: limit.signal });
  } catch (error) {
    // What cannot be executed at all: another architecture, no permission.
    return { code: 126, stdout: "", stderr: String(error) };
  } finally {
    cancel();
  }
}

function versionIn({ code, stdout }: CommandResult): string | undefined {
  return code === 0 ? /"version":"([^"]+)"/.exec(stdout)?.[1] : undefined;
}

function broken({ version }: TrialOptions, what: string, result: CommandResult): AppError {
  const words = result.stderr.trim().split("\n")[0] || result.stdout.trim().split("\n")[0];
  return new AppError(
    "upgrade.broken_build",
    `imp ${version} ${what} here (exit code ${result.code}${words ? `: ${words}` : ""})`,
    { hint: "Nothing was changed: this imp and its jobs go on; tell the maintainers" },
  );
}
