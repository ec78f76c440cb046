const POWERS = "KMGTP";

/** A size as tools write it, `512M`, `1.5 GiB`, `50MB`, as imp does; undefined for what is none. `B` alone makes it decimal. */
export function sizeText(text: string, { decimal = true } = {}): string | number | undefined {
  const [, number, unit = "", binary, byte] =
    /^\s*(\d+(?:\.\d+)?)\s*([KMGTP]?)(i?)(B?)\s*$/i.exec(text) ?? [];
  if (number === undefined) return undefined;
  const base = decimal && byte !== "" && binary === "" ? 1_000 : 1_024;
  const bytes = Math.round(
    Number(number) * base ** (unit === "" ? 0 : POWERS.indexOf(unit.toUpperCase()) + 1),
  );
  return bytes % 2 ** 20 === 0 && bytes > 0 ? `${bytes / 2 ** 20}MiB` : bytes;
}
