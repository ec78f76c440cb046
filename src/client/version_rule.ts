import { AppError } from "../base/app_error.ts";
import type { BuildInfo } from "../base/version.ts";

/** What a client knows about itself and wants, when it meets a daemon of some version. */
export interface VersionRuleOptions {
  readonly own: BuildInfo;
  readonly daemon: BuildInfo;
  /** Whether the command may start daemons, and so replace them. */
  readonly mayTakeOver: boolean;
  /** `--takeover`: replace a daemon of another build, also by an older one. */
  readonly force?: boolean | undefined;
}

/**
 * Whether to work with the daemon as it is or to replace it first. By itself it never goes backwards: two versions on
 * one PATH must not fight.
 * @throws AppError `version.mismatch`
 */
export function decideVersion(options: VersionRuleOptions): "use" | "take_over" {
  const { own, daemon } = options;
  if (options.mayTakeOver) {
    if (own.build > daemon.build) return "take_over";
    if (options.force && own.build !== daemon.build) return "take_over";
  }
  if (own.protocol === daemon.protocol) return "use";
  throw new AppError(
    "version.mismatch",
    `This program (${describe(own)}) does not speak the language of the daemon (${
      describe(daemon)
    })`,
    { hint: hintOf(own, daemon) },
  );
}

function describe({ version, protocol, build }: BuildInfo): string {
  return `version ${version}, protocol ${protocol}, build ${build}`;
}

function hintOf(own: BuildInfo, daemon: BuildInfo): string {
  return own.build > daemon.build
    ? "Type `imp ping`, which brings the daemon to this version; jobs go on"
    : `Use imp ${daemon.version}, or go back to this one with \`imp --takeover ping\`; jobs go on`;
}
