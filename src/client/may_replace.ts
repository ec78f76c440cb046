import type { Hello } from "../protocol/hello.ts";
import type { EnsureDaemonOptions } from "./connect_options.ts";

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
