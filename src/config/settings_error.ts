import { AppError } from "../base/app_error.ts";
import { findNearest } from "../base/nearest.ts";
import type { ConfigDocument } from "./config_file.ts";
import { isTable } from "./plain_table.ts";
import { FIELDS, SETTING_KEYS } from "./settings.ts";

/** One thing that is wrong: with which setting, and what. */
export interface SettingsTrouble {
  readonly name: string | undefined;
  readonly text: string;
  /** What to do about it; only asked for what is told. */
  readonly hint?: () => string;
}

const LONGEST_SHOWN = 60;
/** Whoever has more than this to correct looks at the file anyway. */
const MOST_TOLD = 5;

const SETTING_NAMES = SETTING_KEYS.map((key) => FIELDS[key].name);

/** A known setting with a value that it cannot have. The value is shown, for no setting is a secret. */
export function valueTrouble(name: string, value: unknown, expected: string): SettingsTrouble {
  return { name, text: `must be ${expected}, not ${showValue(value)}` };
}

/** A name that is no setting; what was written for it is not shown, for it might be a secret in the wrong place. */
export function keyTrouble(name: string): SettingsTrouble {
  return {
    name,
    text: "is not a setting",
    hint: () => {
      const near = findNearest(name.toLowerCase().replaceAll("-", "_"), SETTING_NAMES);
      return near ? `Did you mean ${near}?` : "`imp config` lists the settings";
    },
  };
}

/** All that is wrong with one file's settings, as one error. */
export function settingsError(
  document: ConfigDocument,
  within: string | undefined,
  troubles: readonly SettingsTrouble[],
): AppError {
  const told = troubles.slice(0, MOST_TOLD).map(({ name, text }) => {
    const path = [within, name].filter((part) => part !== undefined).map(shorten).join(".");
    return `${path || "the file"} ${describeLine(document, within, name)}${text}`;
  });
  const more = troubles.length - told.length;
  const rest = more === 0 ? [] : [`and ${more} more`];
  return new AppError(
    "settings.invalid",
    `Cannot use ${document.path}: ${[...told, ...rest].join("; ")}`,
    {
      hint: troubles.find((trouble) => trouble.hint)?.hint?.() ??
        "Correct the file: nothing of it is used",
    },
  );
}

/** `(line 3) `, where that is known. */
export function describeLine(
  document: ConfigDocument,
  within: string | undefined,
  name: string | undefined,
): string {
  const line = document.lineOf(within, name);
  return line === undefined ? "" : `(line ${line}) `;
}

/** Enough of a text to know which is meant. */
export function shorten(text: string): string {
  return text.length <= LONGEST_SHOWN ? text : `${text.slice(0, LONGEST_SHOWN)}…`;
}

/** No more of the value than a reader needs: it may be huge, and with YAML's aliases even endless. */
function showValue(value: unknown): string {
  if (typeof value === "string") return shorten(JSON.stringify(value.slice(0, LONGEST_SHOWN + 1)));
  if (Array.isArray(value)) return "a list";
  if (isTable(value)) return "a table";
  return value instanceof Date ? "a date" : String(value);
}
