/** An archive of a release. */
export interface Archive {
  readonly version: string;
  readonly name: string;
  /** SHA-256, in lower-case hexadecimal. */
  readonly sum: string;
}

/** The archive for a system in the text of `SHA256SUMS`; undefined when there is none. */
export function findArchive(sums: string, triple: string): Archive | undefined {
  for (const line of sums.split("\n")) {
    const [, sum, name] = /^([0-9a-f]{64}) [ *]([\w.-]+)$/.exec(line) ?? [];
    const version = name && versionIn(name, `-${triple}.tar.gz`);
    if (version) return { version, name: name!, sum: sum! };
  }
  return undefined;
}

function versionIn(name: string, ending: string): string | undefined {
  if (!name.endsWith(ending)) return undefined;
  return /^imp-(\d+\.\d+\.\d+(?:-[\w.]+)?)$/.exec(name.slice(0, -ending.length))?.[1];
}
