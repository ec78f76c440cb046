const UNITS = ["B", "K", "M", "G", "T", "P"] as const;

/** A size for people: `812B`, `1.4K`, `23M`; powers of 1024. */
export function formatBytes(sizeBytes: number): string {
  let size = Math.max(0, sizeBytes);
  let unit = 0;
  while (size >= 1023.5 && unit < UNITS.length - 1) {
    size /= 1024;
    unit++;
  }
  const digits = unit === 0 || size >= 9.95 ? Math.round(size).toString() : size.toFixed(1);
  return `${digits}${UNITS[unit]}`;
}
