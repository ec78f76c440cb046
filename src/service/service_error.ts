import { AppError } from "../base/app_error.ts";
import { type CommandResult, runCommand } from "../platform/run_command.ts";
import type { Service } from "./service_place.ts";

/** There is no service manager that we know. */
export function unsupported(): AppError {
  return new AppError("service.unsupported", "Cannot make a service: neither systemd nor launchd", {
    hint: "Have your service manager run `imp daemon run` in the project's directory",
  });
}

/** A session without a bus, a container, a login by su: the manager is there, but not for us. */
const UNREACHABLE = /failed to connect|not been booted|no medium found|\$DBUS_SESSION_BUS_ADDRESS/i;

/**
 * Runs a command of the service manager.
 * @throws AppError `service.unsupported`, `service.unreachable`, `permission.service` or `service.failed` with its words
 */
export async function callManager(
  service: Service,
  argv: readonly string[],
): Promise<CommandResult> {
  const result = await runCommand(argv);
  if (result.code === 0) return result;
  if (result.code === 127) throw unsupported();
  const words = result.stderr.trim().split("\n", 1)[0] || `exit code ${result.code}`;
  throw new AppError(codeOf(result.stderr), `Cannot do \`${argv.join(" ")}\`: ${words}`, {
    hint: hintOf(service, result.stderr),
  });
}

function codeOf(stderr: string): string {
  if (UNREACHABLE.test(stderr)) return "service.unreachable";
  return isDenied(stderr) ? "permission.service" : "service.failed";
}

function isDenied(stderr: string): boolean {
  return /access denied|permission denied|authentication (is )?required|not permitted/i.test(
    stderr,
  );
}

function hintOf({ manager, system, name }: Service, stderr: string): string {
  if (isDenied(stderr)) return "A service of the system needs root: use sudo";
  if (manager === "launchd") return `\`launchctl print\` of ${name} tells more`;
  const scope = system ? "" : "--user ";
  return UNREACHABLE.test(stderr)
    ? "Log in as this user (not by su or sudo), so that there is a manager for the session"
    : `\`systemctl ${scope}status ${name}\` and \`journalctl ${scope}-u ${name}\` tell more`;
}
