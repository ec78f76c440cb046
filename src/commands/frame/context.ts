import { AppError } from "../../base/app_error.ts";
import type { Clock } from "../../base/clock.ts";
import type { SettingsRule } from "../../client/connect_options.ts";
import { ExitCode } from "../../base/exit_code.ts";
import { escapeLabel } from "../../base/terminal_text.ts";
import {
  currentDirectory,
  currentUmask,
  environment,
  environmentVariable,
} from "../../platform/own_environment.ts";
import { onSignal } from "../../platform/on_signal.ts";
import {
  type DaemonChoice,
  type ImpPaths,
  resolveDaemonId,
  resolvePaths,
} from "../../platform/paths.ts";
import { selfBuild } from "../../platform/self.ts";
import { openStandardStreams } from "../../platform/stdio.ts";
import { stdoutReaderGone } from "../../platform/stdout_reader.ts";
import { systemClock } from "../../platform/system_clock.ts";
import type {
  CommandContext,
  CommandEntry,
  CommandTable,
  FieldPick,
  InputStream,
  OutputStream,
} from "./command.ts";
import { Connections } from "./connections.ts";
import type { ParsedArgs } from "./parse_args.ts";
import { expectKnown } from "./unknown_daemon.ts";

/** What the shell says for a program that SIGPIPE ended. */
export const EXIT_READER_GONE = 141;

/** The process around a command: its streams, and what Ctrl+C does. */
export interface CliProcess {
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly clock: Clock;
  /** Aborted by the first Ctrl+C. Nothing listens for that, or for the reader's end, before it is asked for. */
  readonly signal: AbortSignal;
  /**
   * Resolves with an exit code at the second Ctrl+C, and when nobody reads stdout any more: whoever has not ended by
   * then is left behind.
   */
  readonly forcedEnd: Promise<number>;
  /** Whether the error is the first Ctrl+C on its way up. */
  isInterruption(error: unknown): boolean;
  /** The directory that the call is made in. @throws AppError `usage.bad_cwd` */
  cwd(): string;
}

/** The process that we are. */
export function openProcess(): CliProcess {
  const interrupt = new AbortController();
  // Made when it is wanted: for an error V8 reads its module a second time, which every call would wait for.
  let interruption: AppError | undefined;
  const forced = Promise.withResolvers<number>();
  let listens = false;
  return {
    ...openStandardStreams(),
    clock: systemClock,
    forcedEnd: forced.promise,
    isInterruption: (error) => interruption !== undefined && error === interruption,
    cwd: currentDirectory,
    get signal() {
      if (!listens) {
        listens = true;
        onSignal("SIGINT", () => {
          if (interrupt.signal.aborted) forced.resolve(ExitCode.interrupted);
          else interrupt.abort(interruption = new AppError("interrupted", "Interrupted by Ctrl+C"));
        });
        stdoutReaderGone().then(() => forced.resolve(EXIT_READER_GONE));
      }
      return interrupt.signal;
    },
  };
}

/** Computes once, when asked. */
function lazy<T>(compute: () => T): () => T {
  let result: { readonly value: T } | undefined;
  return () => (result ??= { value: compute() }).value;
}

/** Others' project files are passed by, and said so: else a colleague would wonder why his does not count. */
function chooseDaemon(args: ParsedArgs, cli: CliProcess): DaemonChoice {
  const choice = resolveDaemonId({
    flag: args.value("daemon-id"),
    env: environmentVariable,
    cwd: cli.cwd(),
  });
  choice.distrusted?.forEach(({ path, why }) =>
    writeProcessNote(args, cli, `ignoring ${path}: ${why}`)
  );
  return choice;
}

function pathsOf(
  id: string,
  { entry, args }: { entry: CommandEntry; args: ParsedArgs },
): ImpPaths {
  const paths = resolvePaths(id, environmentVariable);
  if (args.value("daemon-id") !== undefined && entry.nature !== "adds") expectKnown(paths);
  return paths;
}

function printsJson(args: ParsedArgs): boolean {
  return args.has("json") || args.has("fields");
}

/** Says something beside the result, unless `--quiet` or `--json`. Nothing must wait, or fail, for a note. */
function writeProcessNote(args: ParsedArgs, cli: CliProcess, note: string): void {
  if (printsJson(args) || args.has("quiet")) return;
  cli.stderr.write(`imp: ${escapeLabel(note)}\n`).catch(() => {});
}

/** Settings are for the daemon to read; a client does so only before it replaces one. */
function settingsRule(
  entry: CommandEntry,
  { args, cli, projectFile }: {
    args: ParsedArgs;
    cli: CliProcess;
    projectFile: () => string | undefined;
  },
): SettingsRule {
  return {
    mayUseDefaults: entry.nature !== "adds",
    async check() {
      const { whyWrongSettings } = await import("./check_settings.ts");
      return await whyWrongSettings(environmentVariable, projectFile());
    },
    tell: (notes) => notes.forEach((note) => writeProcessNote(args, cli, note)),
  };
}

function projectOf({ projectDir: dir, projectFile: file, agreedFile, distrusted }: DaemonChoice) {
  return { dir, file, agreedFile, distrusted };
}

/** Only who has something run needs it. */
async function surroundings() {
  return (await import("../../platform/spawn/surroundings.ts")).readSurroundings();
}

/** Only who adds a job needs it. */
async function standing() {
  return (await import("../../platform/spawn/surroundings.ts")).readStanding();
}

/** Who calls: only who has something run, or is to be told whose it is, needs it. */
async function owner() {
  return await (await import("./read_owner.ts")).readOwner(environmentVariable);
}

/** Which command was called, out of which, and with what. */
export interface Invocation {
  /** What `--fields` asks for. */
  readonly pick?: FieldPick | undefined;
  readonly commands: CommandTable;
  readonly entry: CommandEntry;
  readonly args: ParsedArgs;
}

/** What a command sees of the world; disposing of it closes its connection. */
export function createContext(
  { commands, entry, args, pick }: Invocation,
  cli: CliProcess,
): CommandContext & AsyncDisposable {
  const build = lazy(selfBuild);
  const found = lazy(() => chooseDaemon(args, cli));
  const paths = lazy(() => pathsOf(found().id, { entry, args }));
  const mayStart = entry.nature !== "apart";
  const project = () => projectOf(found());
  const { clock, stdin, stdout, stderr } = cli;
  const takeover = args.has("takeover");
  const connections = new Connections({
    ...{ paths, project, build, clock, takeover, nature: entry.nature },
    settings: settingsRule(entry, { args, cli, projectFile: () => found().projectFile }),
  });
  return {
    ...{ commands, stdin, stdout, stderr, clock },
    get build() {
      return build();
    },
    get signal() {
      return cli.signal;
    },
    json: printsJson(args),
    pick,
    quiet: args.has("quiet"),
    get color() {
      return stdout.isTerminal && !args.has("no-color") && !environmentVariable("NO_COLOR") &&
        environmentVariable("TERM") !== "dumb";
    },
    get daemonId() {
      return found().id;
    },
    get paths() {
      return paths();
    },
    get project() {
      return project();
    },
    cwd: cli.cwd,
    umask: currentUmask,
    surroundings,
    standing,
    owner,
    env: environmentVariable,
    environment,
    client: () => connections.share({ mayStart }),
    line: () => connections.line(),
    source: () => connections.source(),
    lineSource: () => connections.lineSource(),
    tryClient: () => connections.shareIfRunning(),
    startDaemon: () => {
      connections.forget();
      return connections.share({ mayStart: true });
    },
    connect: (how) => connections.open({ mayStart: how.mayStart && mayStart }),
    [Symbol.asyncDispose]: () => connections[Symbol.asyncDispose](),
  };
}
