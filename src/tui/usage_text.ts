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
