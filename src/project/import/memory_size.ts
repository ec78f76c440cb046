const UNITS: Readonly<Record<string, string>> = { K: "KiB", M: "MiB", G: "GiB" };

/** A size such as `300M`, which means MiB, as imp writes it; undefined for what is none. */
export function memorySize(text: string | undefined): string | undefined {
  const [, size, unit = ""] = /^\s*(\d+)\s*([KMG]?)B?\s*$/i.exec(text ?? "") ?? [];
  return size === undefined ? undefined : `${size}${UNITS[unit.toUpperCase()] ?? ""}`;
}
