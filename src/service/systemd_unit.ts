import { AppError } from "../base/app_error.ts";
import { ExitCode } from "../base/exit_code.ts";
import { literalForSystemd, quoteSystemdWord } from "../base/systemd_word.ts";
import { type ServiceSpec, WATCHDOG_SECONDS } from "./service_spec.ts";

/** The name of the unit of a daemon. */
export function systemdUnitName(daemonId: string): string {
  return `imp-${daemonId}.service`;
}

/** Trying again would not help: wrong settings, another daemon with this id, unsafe directories. */
const NO_RESTART = [ExitCode.usage, ExitCode.conflict, ExitCode.notPermitted];

/**
 * The unit of a daemon, for systemd 245 and later (systemd.service(5)). `KillMode=process`, `OOMPolicy=continue` and a
 * watchdog that sends KILL belong together: whatever happens to the daemon, its jobs, which are in the unit's cgroup, live
 * on, and the next one takes them up. A stop ends them, because the daemon itself then stops its jobs.
 */
export function systemdUnit(spec: ServiceSpec): string {
  const { daemonId, projectDir, command, reloadCommand, environment, user } = spec;
  const lines = [
    "# Written by `imp enable`; `imp disable` removes it.",
    "[Unit]",
    `Description=${literal(`imp daemon ${daemonId} for ${projectDir}`)}`,
    ...afterUserDirectory(spec),
    "",
    "[Service]",
    "Type=notify",
    "NotifyAccess=main",
    ...user ? [`User=${user.name}`] : [],
    execStart(command),
    // Not by a signal, which cannot say that the settings are wrong.
    `ExecReload=${commandLine(reloadCommand)}`,
    ...Object.entries(environment).map(([name, value]) =>
      `Environment=${quoteWord(`${name}=${value}`)}`
    ),
    "UMask=0077",
    "Restart=on-failure",
    "RestartSec=1",
    `RestartPreventExitStatus=${NO_RESTART.join(" ")}`,
    "KillMode=process",
    "OOMPolicy=continue",
    "TasksMax=infinity",
    `TimeoutStopSec=${Math.ceil(spec.stopTimeoutMs / 1_000)}`,
    `WatchdogSec=${WATCHDOG_SECONDS}`,
    "WatchdogSignal=SIGKILL",
    "",
    "[Install]",
    `WantedBy=${user ? "multi-user.target" : "default.target"}`,
  ];
  return `${lines.join("\n")}\n`;
}

/** The line that starts `command`; its colon keeps systemd from replacing $NAME in a path. */
export function execStart(command: readonly string[]): string {
  return `ExecStart=${commandLine(command)}`;
}

function commandLine(command: readonly string[]): string {
  return `:${command.map(quoteWord).join(" ")}`;
}

/** `/run/user/UID` comes and goes with the user's sessions; a service of the system has to ask for it. */
function afterUserDirectory({ user, environment }: ServiceSpec): string[] {
  if (!user || environment.XDG_RUNTIME_DIR !== `/run/user/${user.uid}`) return [];
  const unit = `user-runtime-dir@${user.uid}.service`;
  return [`Wants=${unit}`, `After=${unit}`];
}

/** One word of a command line or an assignment, whatever is in it. */
function quoteWord(word: string): string {
  return quoteSystemdWord(expectOneLine(word));
}

/** A text that systemd shall take as it is: without its % specifiers. */
function literal(text: string): string {
  return literalForSystemd(expectOneLine(text));
}

function expectOneLine(text: string): string {
  // deno-lint-ignore no-control-regex
  if (!/[\u0000-\u001f\u007f]/.test(text)) return text;
  throw new AppError("service.bad_path", `Cannot put ${JSON.stringify(text)} into a unit`, {
    hint: "Rename what has a control character in its name",
  });
}
