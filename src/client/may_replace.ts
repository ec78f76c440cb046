import type { AppError } from "../base/app_error.ts";
import type { Hello } from "../protocol/hello.ts";
import type { EnsureDaemonOptions } from "./connect_usable.ts";

/** What to make of settings that are wrong, when a daemon is to be started or replaced. */
export interface SettingsRule {
  /** Let it begin without what stands in the wrong file: who wants to look, stop or remove must not be kept from it. */
  readonly mayUseDefaults: boolean;
  /** What is wrong with the settings that a new daemon would have; undefined when they are right. */
  check(): Promise<AppError | undefined>;
  /** Tells the user of what is odd about the settings of the daemon that was started. */
  tell(notes: readonly string[]): void;
}

/**
 * Whether the daemon that is there and well may be ended for one of our build: not when that one could not begin, or not
 * with the settings of this one. A daemon that does not speak our language has to go all the same, unless what is wanted
 * can wait.
 * @throws AppError what is wrong with the settings, when there is no other way
 */
export async function mayReplace(daemon: Hello, options: EnsureDaemonOptions): Promise<boolean> {
  const { settings, takeover, build } = options;
  const wrong = await settings?.check();
  if (settings === undefined || wrong === undefined) return true;
  if (takeover) throw wrong;
  if (build.protocol === daemon.protocol) {
    settings.tell([`The daemon stays at version ${daemon.version} for now: ${wrong.message}`]);
    return false;
  }
  if (!settings.mayUseDefaults) throw wrong;
  return true;
}
