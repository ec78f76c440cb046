/** The language that client and daemon speak; raised when an old peer could misunderstand. */
export const PROTOCOL_VERSION = 1;

/** The release, as in deno.json; a test holds them together. */
export const VERSION = "0.1.0";

/** Who is speaking: `build` is a sortable UTC timestamp (`20261121T023500.000Z`), so newer is greater. */
export interface BuildInfo {
  readonly protocol: number;
  readonly version: string;
  readonly build: string;
}

/** A time as a build stamp: compact ISO 8601 in UTC, sortable as text. */
export function toBuildStamp(timeMs: number): string {
  return new Date(timeMs).toISOString().replace(/[-:]/g, "");
}
