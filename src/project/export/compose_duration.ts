/** `1m30s` as compose writes it; undefined for what is not set. */
export function toComposeDuration(ms: number | undefined): string | undefined {
  if (ms === undefined) return undefined;
  return ms % 1_000 === 0 ? `${ms / 1_000}s` : `${ms}ms`;
}
