/** Milliseconds as one writes them in a file, exactly: `5s`, `1600ms`. */
export function durationText(ms: number): string {
  const whole = Math.round(ms);
  return whole % 1_000 === 0 ? `${whole / 1_000}s` : `${whole}ms`;
}
