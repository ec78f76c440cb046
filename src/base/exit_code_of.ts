import { ExitCode } from "./exit_code.ts";

/** Error codes that do not follow from their first word. */
const BY_CODE: Readonly<Record<string, number>> = {
  "job.not_found": ExitCode.noSuchJob,
  "run.not_found": ExitCode.noSuchJob,
  "job.ambiguous": ExitCode.usage,
  "job.name_taken": ExitCode.conflict,
  "job.is_up": ExitCode.conflict,
  "job.port_taken": ExitCode.conflict,
  "job.not_up": ExitCode.conflict,
  "job.no_stdin": ExitCode.conflict,
  "job.no_terminal": ExitCode.conflict,
  "job.stdin_closed": ExitCode.conflict,
  "job.stdin_ended": ExitCode.conflict,
  "job.stdin_endless": ExitCode.conflict,
  "agent.wrong_file": ExitCode.usage,
  "agent.has_entry": ExitCode.conflict,
  "job.invalid_name": ExitCode.usage,
  "web.port_taken": ExitCode.conflict,
  "project.none": ExitCode.usage,
  "project.exists": ExitCode.conflict,
  "project.unwritable": ExitCode.failed,
  "project.untrusted": ExitCode.notPermitted,
  "import.lossy": ExitCode.failed,
  "export.bad_path": ExitCode.usage,
  "project.no_place": ExitCode.failed,
  "project.has_job": ExitCode.conflict,
  "project.changed": ExitCode.conflict,
  "job.unnamed": ExitCode.usage,
  "daemon.not_running": ExitCode.notRunning,
  "daemon.unknown": ExitCode.notRunning,
  "daemon.already_running": ExitCode.conflict,
  "daemon.unreachable": ExitCode.unavailable,
  "daemon.start_failed": ExitCode.unavailable,
  "daemon.not_answering": ExitCode.unavailable,
  "daemon.other_state": ExitCode.unavailable,
  "daemon.connection_lost": ExitCode.unavailable,
  "status.unavailable": ExitCode.unavailable,
  "store.newer_schema": ExitCode.versionMismatch,
  "exec.connection_lost": ExitCode.unavailable,
  "exec.cut_off": ExitCode.unavailable,
  "exec.handler_failed": ExitCode.handlerFailed,
  "exec.unknown_handler": ExitCode.usage,
  "command.not_found": ExitCode.commandNotFound,
  "command.not_executable": ExitCode.notExecutable,
  "command.too_large": ExitCode.usage,
  "protocol.bad_payload": ExitCode.usage,
  "wait.timed_out": ExitCode.timedOut,
  "wait.stuck": ExitCode.timedOut,
  "run.timed_out": ExitCode.timedOut,
  "exec.timed_out": ExitCode.timedOut,
  "send.timed_out": ExitCode.timedOut,
};

/** By the first word of an error code: `usage.unknown_flag` → 2. */
const BY_FAMILY: Readonly<Record<string, number>> = {
  usage: ExitCode.usage,
  settings: ExitCode.usage,
  project: ExitCode.usage,
  import: ExitCode.usage,
  version: ExitCode.versionMismatch,
  permission: ExitCode.notPermitted,
  internal: ExitCode.bug,
  system: ExitCode.unavailable,
};

/** The exit code that goes with an error code; 1 for a failure with no number of its own. */
export function exitCodeOf(errorCode: string): number {
  return BY_CODE[errorCode] ?? BY_FAMILY[errorCode.split(".", 1)[0] ?? ""] ?? ExitCode.failed;
}
