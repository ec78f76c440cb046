import { markVariable } from "./marked_text.ts";

/** Of which unit a text is. */
export interface UnitName {
  /** `web@one.service`. */
  readonly full: string;
  /** `web`. */
  readonly prefix: string;
  /** `one`; undefined for a template, and for a unit that has none. */
  readonly instance: string | undefined;
}

/** Takes a unit's file name apart. */
export function unitName(file: string): UnitName {
  const full = file.slice(file.lastIndexOf("/") + 1);
  const [, prefix = full, instance] = /^([^@]+?)(?:@([^@]*))?\.service$/.exec(full) ?? [];
  return { full, prefix, instance: instance || undefined };
}

const OF_CALLER: Readonly<Record<string, string>> = {
  h: "HOME",
  u: "USER",
  s: "SHELL",
  t: "XDG_RUNTIME_DIR",
};

/** A text with the specifiers of systemd.unit(5) resolved, as far as a file of a project can; `onStrange` hears of others. */
export function resolveSpecifiers(
  text: string,
  unit: UnitName,
  onStrange: (written: string) => void,
): string {
  return text.replace(/%([A-Za-z%])/g, (mark, letter: string) => {
    if (letter === "%") return "%";
    if (letter === "n") return unit.full;
    if (letter === "N") return unit.full.replace(/\.service$/, "");
    if (letter === "p") return unit.prefix;
    if (/[iI]/.test(letter) && unit.instance !== undefined) return unit.instance;
    if (letter === "T") return "/tmp";
    if (letter === "V") return "/var/tmp";
    const variable = OF_CALLER[letter];
    if (variable !== undefined) return markVariable(variable);
    onStrange(mark);
    return mark;
  });
}
