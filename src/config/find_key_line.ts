/**
 * The line, counted from 1, where a file sets `name`, in its table `within` if that is given; without `name` the line
 * of the table. Looks for the key as all our formats write it: at the beginning of a line, or as a table's heading.
 */
export function findKeyLine(
  text: string,
  within: string | undefined,
  name: string | undefined,
): number | undefined {
  const lines = text.split("\n");
  const outer = within ?? name;
  if (outer === undefined) return undefined;
  const from = outermost(lines, outer);
  if (from < 0) return undefined;
  if (within === undefined || name === undefined) return from + 1;
  const found = lines.findIndex((line, index) => {
    const key = index >= from ? keyOf(line)?.key : undefined;
    return key === name || key === `${within}.${name}`;
  });
  // In a table of one line, the key has no line of its own.
  return Math.max(found, from) + 1;
}

/** The index of the line that sets the key with the least before it: the same word may also be a key further in. */
function outermost(lines: readonly string[], name: string): number {
  let best = -1;
  let least = Infinity;
  for (const [index, line] of lines.entries()) {
    const found = keyOf(line);
    const isIt = found?.key === name || found?.key.startsWith(`${name}.`);
    if (found && isIt && found.indent < least) [best, least] = [index, found.indent];
  }
  return best;
}

/** The key that a line begins with, dots and all: TOML may write `daemon.log_level = "debug"`. */
function keyOf(line: string): { readonly key: string; readonly indent: number } | undefined {
  const found = /^([\s{[,]*)["']?([\w.-]+)["']?\s*[:=\]]/.exec(line);
  return found ? { key: found[2]!, indent: found[1]!.length } : undefined;
}
