import type { LoadedSettings } from "./load_settings.ts";
import { DEFAULT_SOURCE } from "./load_settings.ts";
import { FIELDS, SETTING_KEYS } from "./settings.ts";
import type { SettingKind } from "./setting_kind.ts";

/** A setting in force, as `imp config` shows it. */
export interface SettingDescription {
  /** As in files. */
  readonly name: string;
  /** As one would write it in a file. */
  readonly value: string | number;
  /** The file it came from, or `default`. */
  readonly source: string;
}

/** Every setting in force with where it came from, in the order of the documentation. */
export function describeSettings(
  { settings, sources }: Pick<LoadedSettings, "settings" | "sources">,
): SettingDescription[] {
  return SETTING_KEYS.map((key) => ({
    name: FIELDS[key].name,
    value: (FIELDS[key] as SettingKind<unknown>).show(settings[key]),
    source: sources.get(key) ?? DEFAULT_SOURCE,
  }));
}
