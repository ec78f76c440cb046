/** What imp is built for, by every name that these systems go by. */

/** A system that imp is built for. */
export interface Target {
  /** As `deno compile --target` has it; in the names of archives, where mise, aqua and ubi read it. */
  readonly triple: string;
  /** Node's words, for npm packages: `linux-x64`. */
  readonly npm: { readonly os: string; readonly cpu: string };
  /** The blocks of a Homebrew formula around its archive. */
  readonly brew: { readonly os: string; readonly cpu: string };
}

/** Every target, in the order of the release. */
export const TARGETS: readonly Target[] = [
  {
    triple: "x86_64-unknown-linux-gnu",
    npm: { os: "linux", cpu: "x64" },
    brew: { os: "on_linux", cpu: "on_intel" },
  },
  {
    triple: "aarch64-unknown-linux-gnu",
    npm: { os: "linux", cpu: "arm64" },
    brew: { os: "on_linux", cpu: "on_arm" },
  },
  {
    triple: "x86_64-apple-darwin",
    npm: { os: "darwin", cpu: "x64" },
    brew: { os: "on_macos", cpu: "on_intel" },
  },
  {
    triple: "aarch64-apple-darwin",
    npm: { os: "darwin", cpu: "arm64" },
    brew: { os: "on_macos", cpu: "on_arm" },
  },
];

/** `imp-0.2.0-x86_64-unknown-linux-gnu`: the name of an archive without its ending, and of the directory in it. */
export function archiveStem(version: string, { triple }: Target): string {
  return `imp-${version}-${triple}`;
}
