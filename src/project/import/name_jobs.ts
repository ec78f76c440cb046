import { isJobName } from "../../base/ids.ts";

const LONGEST = 64;

/** A name for each job that imp allows and that no other one has, by the names that they have at the source, in order. */
export function nameJobs(names: readonly string[]): string[] {
  const taken = new Set(names.filter(isAllowed));
  const used = new Set<string>();
  return names.map((name) => {
    if (isAllowed(name) && !used.has(name)) {
      used.add(name);
      return name;
    }
    const stem = toAllowed(name);
    for (let number = 1;; number++) {
      const end = number === 1 ? "" : `-${number}`;
      const each = `${stem.slice(0, LONGEST - end.length)}${end}`;
      if (taken.has(each) || used.has(each)) continue;
      used.add(each);
      return each;
    }
  });
}

/** No file may have that as a key. */
function isAllowed(name: string): boolean {
  return isJobName(name) && name !== "__proto__";
}

function toAllowed(name: string): string {
  const plain = name.normalize("NFKD").replace(/[\u0300-\u036f]/g, "")
    .replace(/[^A-Za-z0-9_.:@+-]+/g, "-").replace(/\.{2,}/g, ".")
    .replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9_]+$/g, "").slice(0, LONGEST);
  return isAllowed(plain) ? plain : "job";
}
