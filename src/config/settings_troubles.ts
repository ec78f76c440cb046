import { isTable, memberOf, mergedTable } from "./plain_table.ts";
import { keyTrouble, type SettingsTrouble, valueTrouble } from "./settings_error.ts";
import { FIELDS, settingKeyOf, SettingsFile } from "./settings.ts";

/** All that is wrong with a table of settings; nothing at all is right. */
export function findSettingsTroubles(written: unknown): SettingsTrouble[] {
  if (written === undefined || written === null) return [];
  if (!isTable(written)) return [{ name: undefined, text: "must be a table of settings" }];
  const table = mergedTable(written);
  return SettingsFile.safeParse(table).error?.issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") return issue.keys.map((key) => keyTrouble(key));
    const name = String(issue.path[0]);
    const { expected } = FIELDS[settingKeyOf(name)!];
    return [valueTrouble(name, memberOf(table, name), expected)];
  }) ?? [];
}
