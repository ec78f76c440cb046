const LINES_AROUND = 3;

/** What is different in a text, as `diff -u` has it; empty where nothing is. What was changed is taken for one piece. */
export function describeTextChanges(before: string, after: string): string[] {
  const [old, now] = [linesOf(before), linesOf(after)];
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start++;
  let same = 0;
  while (
    same < old.length - start && same < now.length - start &&
    old[old.length - 1 - same] === now[now.length - 1 - same]
  ) same++;
  const removed = old.slice(start, old.length - same);
  const added = now.slice(start, now.length - same);
  if (removed.length + added.length === 0) return [];
  const lead = old.slice(Math.max(0, start - LINES_AROUND), start);
  const trail = old.slice(old.length - same, old.length - same + LINES_AROUND);
  const first = start - lead.length;
  const spanOf = (count: number) => {
    const lines = lead.length + count + trail.length;
    return `${lines === 0 ? first : first + 1},${lines}`;
  };
  return [
    `@@ -${spanOf(removed.length)} +${spanOf(added.length)} @@`,
    ...lead.map((line) => ` ${line}`),
    ...removed.map((line) => `-${line}`),
    ...added.map((line) => `+${line}`),
    ...trail.map((line) => ` ${line}`),
  ];
}

function linesOf(text: string): string[] {
  return text.split(/\r?\n/).filter((line, at, { length }) => line !== "" || at < length - 1);
}
