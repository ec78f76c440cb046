import { levenshteinDistance } from "@std/text/levenshtein-distance";
import { AppError } from "../base/app_error.ts";
import type { ConfigDocument } from "./config_file.ts";
import { FIELDS, SETTING_KEYS } from "./settings.ts";

/** One thing that is wrong: with which setting, and what. */
export interface SettingsTrouble {
  readonly name: string | undefined;
  readonly text: string;
  readonly hint?: string | undefined;
}

const LONGEST_VALUE_SHOWN = 60;

/** A known setting with a value that it cannot have. The value is shown, for no setting is a secret. */
export function valueTrouble(name: string, value: unknown, expected: string): SettingsTrouble {
  return { name, text: `must be ${expected}, not ${showValue(value)}` };
}

/** A name that is no setting; what was written for it is not shown, for it might be a secret in the wrong place. */
export function keyTrouble(name: string): SettingsTrouble {
  const near = nearestName(name);
  return {
    name,
    text: "is not a setting",
    hint: near ? `Did you mean ${near}?` : "`imp config` lists the settings",
  };
}

/** All that is wrong with one file's settings, as one error. */
export function settingsError(
  document: ConfigDocument,
  within: string | undefined,
  troubles: readonly SettingsTrouble[],
): AppError {
  const lines = troubles.map(({ name, text }) => {
    const path = [within, name].filter((part) => part !== undefined).join(".");
    const line = document.lineOf(within, name);
    return `${path || "the file"} ${line === undefined ? "" : `(line ${line}) `}${text}`;
  });
  return new AppError("settings.invalid", `Cannot use ${document.path}: ${lines.join("; ")}`, {
    hint: troubles.find((trouble) => trouble.hint)?.hint ??
      "Correct the file; `imp config` shows the settings in force",
  });
}

function showValue(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= LONGEST_VALUE_SHOWN ? text : `${text.slice(0, LONGEST_VALUE_SHOWN)}…`;
}

/** The setting whose name differs least from `name`, if it is near enough to be what was meant. */
function nearestName(name: string): string | undefined {
  const spelled = name.toLowerCase().replaceAll("-", "_");
  const ranked = SETTING_KEYS.map((key) => FIELDS[key].name)
    .map((known) => ({ known, distance: levenshteinDistance(spelled, known) }))
    .sort((a, b) => a.distance - b.distance)[0];
  return ranked && ranked.distance <= Math.max(2, spelled.length / 3) ? ranked.known : undefined;
}
