import { AppError } from "./app_error.ts";

const BYTES_OF: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

/** A pebibyte: nothing is larger. */
export const LARGEST_BYTES = 2 ** 50;

/** Reads `64MiB`, `1.5 GiB`, `100kB` or a number as bytes. @throws AppError `usage.bad_size` */
export function parseSize(text: string): number {
  const match = /^(\d{1,15}(?:\.\d{1,15})?)\s*([A-Za-z]*)$/.exec(text.trim());
  const unit = match && BYTES_OF[match[2]!.toLowerCase()];
  const bytes = match && unit ? Math.round(Number(match[1]) * unit) : NaN;
  if (bytes <= LARGEST_BYTES) return bytes;
  throw new AppError("usage.bad_size", `Not a size: ${JSON.stringify(text)}`, {
    hint: "Write it like 64KiB, 512MiB or 2GiB",
  });
}

/** Exact, so that it can be read again: `64MiB`, or the number where no unit fits. */
export function formatSize(bytes: number): string {
  for (const unit of ["GiB", "MiB", "KiB"]) {
    const factor = BYTES_OF[unit.toLowerCase()]!;
    if (bytes > 0 && bytes % factor === 0) return `${bytes / factor}${unit}`;
  }
  return String(bytes);
}
