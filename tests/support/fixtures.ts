/** The programs that tests run as jobs. */

/** The command line of a fixture in tests/fixtures/. */
export function fixture(name: string, ...args: string[]): string[] {
  const path = new URL(`../fixtures/${name}`, import.meta.url).pathname;
  return name.endsWith(".ts")
    ? [Deno.execPath(), "run", "--quiet", "--no-config", "--allow-net", path, ...args]
    : ["/bin/sh", path, ...args];
}
