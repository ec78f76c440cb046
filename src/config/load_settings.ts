import { PROJECT_FILE_NAMES, type SettingsPaths } from "../platform/paths.ts";
import { type ConfigDocument, findConfigFile, readConfigFile } from "./config_file.ts";
import { keyTrouble, settingsError, valueTrouble } from "./settings_error.ts";
import {
  DEFAULT_SETTINGS,
  FIELDS,
  SETTING_KEYS,
  type SettingKey,
  settingKeyOf,
  type Settings,
  SettingsFile,
} from "./settings.ts";

/** The settings in force, and where each came from: a file's path or `default`. */
export interface LoadedSettings {
  readonly settings: Settings;
  readonly sources: ReadonlyMap<SettingKey, string>;
}

/** What {@linkcode LoadedSettings} says of a setting that nobody wrote. */
export const DEFAULT_SOURCE = "default";

/**
 * Reads the settings: the defaults, over them the user's file, over that `daemon:` in the project file.
 * @throws AppError `settings.invalid` naming file, line and value; `settings.two_files`; `settings.unreadable`
 */
export async function loadSettings(paths: SettingsPaths): Promise<LoadedSettings> {
  const settings: Record<string, unknown> = { ...DEFAULT_SETTINGS };
  const sources = new Map<SettingKey, string>(SETTING_KEYS.map((key) => [key, DEFAULT_SOURCE]));
  for (const { document, within } of await readLayers(paths)) {
    const given = checkSettings(document, within);
    for (const [name, value] of Object.entries(given)) {
      const key = settingKeyOf(name);
      if (key === undefined || value === undefined) continue;
      settings[key] = value;
      sources.set(key, document.path);
    }
  }
  return { settings: settings as unknown as Settings, sources };
}

/** A file that may hold settings, and under which key of it they stand. */
interface Layer {
  readonly document: ConfigDocument;
  readonly within: string | undefined;
}

async function readLayers({ user, project }: SettingsPaths): Promise<Layer[]> {
  const layers: Layer[] = [];
  const userFile = findConfigFile(user);
  if (userFile) layers.push({ document: await readConfigFile(userFile), within: undefined });
  if (project) {
    const dir = project.slice(0, project.lastIndexOf("/"));
    findConfigFile(PROJECT_FILE_NAMES.map((name) => `${dir}/${name}`));
    layers.push({ document: await readConfigFile(project), within: "daemon" });
  }
  return layers;
}

/** The settings in a document, by their names in files. */
function checkSettings(
  document: ConfigDocument,
  within: string | undefined,
): Readonly<Record<string, unknown>> {
  const written = within === undefined ? document.data : memberOf(document.data, within);
  if (written === undefined || written === null) return {};
  const result = SettingsFile.safeParse(written);
  if (result.success) return result.data;
  throw settingsError(
    document,
    within,
    result.error.issues.flatMap((issue) => {
      const name = issue.path[0];
      if (issue.code === "unrecognized_keys") return issue.keys.map((key) => keyTrouble(key));
      if (typeof name !== "string") {
        return [{ name: undefined, text: "must be a table of settings" }];
      }
      const key = settingKeyOf(name)!;
      return [valueTrouble(name, memberOf(written, name), FIELDS[key].expected)];
    }),
  );
}

function memberOf(value: unknown, key: string): unknown {
  const isTable = typeof value === "object" && value !== null && !Array.isArray(value);
  return isTable && Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
}
