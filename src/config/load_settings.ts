import { AppError } from "../base/app_error.ts";
import { PROJECT_FILE_NAMES, type SettingsPaths } from "../platform/paths.ts";
import { targetKindOf } from "../platform/read_regular_file.ts";
import { type ConfigDocument, findConfigFile, readConfigFile } from "./config_file.ts";
import { isTable, memberOf, mergedTable } from "./plain_table.ts";
import { checkProjectKeys, SETTINGS_TABLE } from "./project_keys.ts";
import { settingsError } from "./settings_error.ts";
import { findSettingsTroubles } from "./settings_troubles.ts";
import {
  DEFAULT_SETTINGS,
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
  /** What the files say that means nothing here, a line each. */
  readonly warnings: readonly string[];
}

/** {@linkcode LoadedSettings} of those files that are right, and what is wrong with the others. */
export interface ReadSettings extends LoadedSettings {
  readonly problems: readonly AppError[];
}

/** What {@linkcode LoadedSettings} says of a setting that nobody wrote. */
export const DEFAULT_SOURCE = "default";

/**
 * Reads the settings: the defaults, over them the user's file, over that `daemon:` in the project file.
 * @throws AppError `settings.invalid` naming file, line and value; `settings.two_files`; `settings.unreadable`
 */
export async function loadSettings(paths: SettingsPaths): Promise<LoadedSettings> {
  const loaded = await readSettings(paths);
  if (loaded.problems[0]) throw loaded.problems[0];
  return loaded;
}

/** The same, but of a file that is wrong nothing is used: what it would have set is as without it. */
export async function readSettings(paths: SettingsPaths): Promise<ReadSettings> {
  const settings: Record<string, unknown> = { ...DEFAULT_SETTINGS };
  const sources = new Map<SettingKey, string>(SETTING_KEYS.map((key) => [key, DEFAULT_SOURCE]));
  const warnings: string[] = [];
  const problems: AppError[] = [];
  for (const read of [readUserFile, readProjectFile]) {
    try {
      const layer = await read(paths);
      if (layer === undefined) continue;
      for (const [key, value] of layer.given) {
        settings[key] = value;
        sources.set(key, layer.path);
      }
      warnings.push(...layer.warnings);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      problems.push(error);
    }
  }
  return { settings: settings as unknown as Settings, sources, warnings, problems };
}

/** What one file sets. */
interface Layer {
  readonly path: string;
  readonly given: readonly (readonly [SettingKey, unknown])[];
  readonly warnings: readonly string[];
}

async function readUserFile({ user }: SettingsPaths): Promise<Layer | undefined> {
  const path = findConfigFile(user);
  const document = path && await readConfigFile(path);
  if (!document) return undefined;
  return {
    path: document.path,
    given: checkSettings(document, undefined, document.data),
    warnings: [],
  };
}

async function readProjectFile({ project }: SettingsPaths): Promise<Layer | undefined> {
  if (project === undefined) return undefined;
  const dir = project.slice(0, project.lastIndexOf("/"));
  // What is no file there does not make a project, either.
  findConfigFile(PROJECT_FILE_NAMES.map((name) => `${dir}/${name}`).filter(isFile));
  const document = await readConfigFile(project);
  if (!document) return undefined;
  const { path, data } = document;
  if (!isTable(data)) {
    throw settingsError(document, undefined, [{ name: undefined, text: "must be a table" }]);
  }
  const warnings = checkProjectKeys(document, data);
  const given = checkSettings(document, SETTINGS_TABLE, memberOf(data, SETTINGS_TABLE));
  return { path, given, warnings };
}

function isFile(path: string): boolean {
  try {
    return targetKindOf(path) === "file";
  } catch {
    return false;
  }
}

/** The settings that stand in `written`, which is the document or a table in it. */
function checkSettings(
  document: ConfigDocument,
  within: string | undefined,
  written: unknown,
): Layer["given"] {
  const troubles = findSettingsTroubles(written);
  if (troubles.length > 0) throw settingsError(document, within, troubles);
  if (!isTable(written)) return [];
  const read: Readonly<Record<string, unknown>> = SettingsFile.parse(mergedTable(written));
  return Object.entries(read).flatMap(([name, value]) => {
    const key = settingKeyOf(name);
    return key === undefined || value === undefined ? [] : [[key, value] as const];
  });
}
