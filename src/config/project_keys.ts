import { findNearest } from "../base/nearest.ts";
import { VERSION } from "../base/version.ts";
import type { ConfigDocument } from "./config_file.ts";
import type { PlainTable } from "./plain_table.ts";
import { describeLine, settingsError, type SettingsTrouble, shorten } from "./settings_error.ts";
import { settingKeyOf } from "./settings.ts";

/** Where the settings stand in a project file. */
export const SETTINGS_TABLE = "daemon";

/** What a project file may also have; it is read by who starts jobs from it, and by `imp check`. */
const OF_PROJECTS = ["name", "env", "env_file", "shell", "defaults", "jobs", "$schema"];

/**
 * Looks at the keys at the top of a project file. Says what imp does not use, a line each: such a file may be meant for a
 * later imp, and is in nobody's way. What stands under `x-…` is for others.
 * @throws AppError `settings.invalid` for what is meant for imp and misspelled or misplaced
 */
export function checkProjectKeys(document: ConfigDocument, table: PlainTable): string[] {
  const strange = Object.keys(table).filter((key) =>
    key !== SETTINGS_TABLE && !OF_PROJECTS.includes(key) && !/^x-/.test(key)
  );
  const troubles = strange.slice(0, MOST_COMPARED).flatMap(findTrouble);
  if (troubles.length > 0) throw settingsError(document, undefined, troubles);
  if (strange.length === 0) return [];
  const named = strange.slice(0, MOST_NAMED).map((key) =>
    `${shorten(key)} ${describeLine(document, undefined, key)}`.trimEnd()
  );
  const more = strange.length - named.length;
  return [
    `${document.path}: imp ${VERSION} does not use ${named.join(", ")}` +
    `${more ? ` and ${more} more` : ""}; \`imp check\` tells all that is wrong`,
  ];
}

const MOST_NAMED = 8;
/** Whoever has more keys than this at the top has not misspelled one. */
const MOST_COMPARED = 500;

function findTrouble(key: string): SettingsTrouble[] {
  const name = key.replaceAll("-", "_");
  if (settingKeyOf(name)) {
    const text = `is a setting, and belongs under \`${SETTINGS_TABLE}:\``;
    return [{ name: key, text, hint: () => `Write ${SETTINGS_TABLE}: { ${name}: … }` }];
  }
  const nearest = findNearest(name.toLowerCase(), [SETTINGS_TABLE, ...OF_PROJECTS]);
  if (nearest !== SETTINGS_TABLE) return [];
  return [{ name: key, text: "is not known", hint: () => `Did you mean \`${SETTINGS_TABLE}:\`?` }];
}
