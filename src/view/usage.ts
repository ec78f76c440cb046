/** CPU in at most 5 cells: `0.4%`, `12%`, `150%`. */
export function formatCpu(percent: number): string {
  const value = Math.max(0, percent);
  return value > 0 && value < 9.95 ? `${value.toFixed(1)}%` : `${Math.round(value)}%`;
}

const UNITS = ["B", "K", "M", "G", "T"];

/** Memory in at most 4 cells: `950K`, `12M`, `1.5G`. */
export function formatMemory(bytes: number): string {
  let value = Math.max(0, bytes);
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  const text = value < 9.95 && unit > 1 ? value.toFixed(1) : Math.round(value).toString();
  return `${text}${UNITS[unit]}`;
}
