import { FIELDS, SETTING_KEYS, type Settings } from "./settings.ts";

/** What a reload changes, by the names in files. */
export interface SettingsDiff {
  readonly changed: string[];
  /** Those of `changed` that wait for the next start of the daemon. */
  readonly needsRestart: string[];
}

/** Compares what was in force with what was read now. */
export function diffSettings(before: Settings, after: Settings): SettingsDiff {
  const keys = SETTING_KEYS.filter((key) => before[key] !== after[key]);
  return {
    changed: keys.map((key) => FIELDS[key].name),
    needsRestart: keys.filter((key) => FIELDS[key].needsRestart).map((key) => FIELDS[key].name),
  };
}
