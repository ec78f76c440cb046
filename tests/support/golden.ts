/** Golden files: what was right once, kept as text; IMP_GOLDEN=update writes them anew. */
import { assertEquals } from "@std/assert";

/** Fails unless `text` is what the file holds. `[WILDCARD]` in the file stands for anything within a line. */
export function assertGolden(file: URL, text: string): void {
  const actual = text.trimEnd() + "\n";
  if (Deno.env.get("IMP_GOLDEN") === "update") return Deno.writeTextFileSync(file, actual);
  const expected = Deno.readTextFileSync(file);
  if (matches(expected, actual)) return;
  assertEquals(
    actual,
    expected,
    `Not what ${file.pathname} says (IMP_GOLDEN=update writes it anew)`,
  );
}

function matches(expected: string, actual: string): boolean {
  if (!expected.includes("[WILDCARD]")) return expected === actual;
  const parts = expected.split("[WILDCARD]").map(RegExp.escape);
  return new RegExp(`^${parts.join("[^\\n]*")}$`).test(actual);
}
