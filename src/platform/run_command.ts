/** How a command of the system ended, and what it said. */
export interface CommandResult {
  /** 127 when there is no such command, as a shell would say. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Options of {@linkcode runCommand}. */
export interface RunCommandOptions {
  readonly cwd?: string | undefined;
  /** In addition to what is inherited. */
  readonly env?: Readonly<Record<string, string>>;
  /** Kills it. */
  readonly signal?: AbortSignal | undefined;
}

/** Runs a command of the system to its end, with nothing to read; for a few lines of output. */
export async function runCommand(
  argv: readonly string[],
  { cwd, env, signal }: RunCommandOptions = {},
): Promise<CommandResult> {
  const [program, ...args] = argv as [string, ...string[]];
  try {
    const output = await new Deno.Command(program, {
      args,
      stdin: "null",
      // Messages are looked into.
      env: { ...env, LC_ALL: "C" },
      ...(cwd === undefined ? {} : { cwd }),
      ...(signal === undefined ? {} : { signal }),
    }).output();
    const decoder = new TextDecoder();
    return {
      code: output.code,
      stdout: decoder.decode(output.stdout),
      stderr: decoder.decode(output.stderr),
    };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return { code: 127, stdout: "", stderr: `${program}: not found` };
  }
}
