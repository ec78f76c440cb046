/** Names by job that another tool takes, each job's own: `toSafe` makes one, and a number is set behind what is there already. */
export function safeNames(
  jobs: readonly { readonly name: string }[],
  toSafe: (name: string) => string,
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  const isKept = ({ name }: { name: string }) => toSafe(name) === name;
  // What can keep its name does.
  for (const job of [...jobs].sort((a, b) => Number(isKept(b)) - Number(isKept(a)))) {
    const wanted = toSafe(job.name);
    let name = wanted;
    for (let number = 2; taken.has(name); number++) name = `${wanted}-${number}`;
    taken.add(name);
    names.set(job.name, name);
  }
  return names;
}
