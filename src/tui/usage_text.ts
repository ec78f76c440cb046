const BARS = "▁▂▃▄▅▆▇█";

/** The last `width` samples as bars; the top is 100 %, or the highest sample when it is above. */
export function sparkline(samples: readonly number[], width: number): string {
  const shown = samples.slice(-width);
  const top = Math.max(100, ...shown);
  const bars = shown.map((value) => {
    // Something is never shown as nothing: 1 % is a bar higher than 0 %.
    const level = Math.ceil(Math.max(0, value) / top * (BARS.length - 1));
    return BARS[Math.min(level, BARS.length - 1)];
  });
  return bars.join("").padStart(width);
}

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
