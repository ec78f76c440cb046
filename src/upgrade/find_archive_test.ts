import { assertEquals } from "@std/assert";
import { findArchive } from "./find_archive.ts";

const SUM = "0123456789abcdef".repeat(4);
const TRIPLE = "x86_64-unknown-linux-gnu";

Deno.test("findArchive() takes the archive of this system and reads its version", () => {
  const sums = [
    `${"f".repeat(64)}  imp-1.2.3-aarch64-unknown-linux-gnu.tar.gz`,
    `${"e".repeat(64)}  imp-1.2.3-${TRIPLE}.tar.zst`,
    `${SUM}  imp-1.2.3-${TRIPLE}.tar.gz`,
    `${"d".repeat(64)}  install.sh`,
    "",
  ].join("\n");
  const name = `imp-1.2.3-${TRIPLE}.tar.gz`;
  assertEquals(findArchive(sums, TRIPLE), { version: "1.2.3", name, sum: SUM });
  assertEquals(findArchive(sums, "x86_64-apple-darwin"), undefined);
  const candidate = `${SUM} *imp-2.0.0-rc.1-${TRIPLE}.tar.gz`;
  assertEquals(findArchive(candidate, TRIPLE)?.version, "2.0.0-rc.1");
});

Deno.test("findArchive() takes nothing that leads elsewhere or has no sum", () => {
  const names = [
    `../imp-1.2.3-${TRIPLE}.tar.gz`,
    `imp-../x-${TRIPLE}.tar.gz`,
    `imp--${TRIPLE}.tar.gz`,
  ];
  for (const name of names) assertEquals(findArchive(`${SUM}  ${name}`, TRIPLE), undefined, name);
  assertEquals(findArchive(`123  imp-1.2.3-${TRIPLE}.tar.gz`, TRIPLE), undefined);
  assertEquals(findArchive("<html>not found</html>", TRIPLE), undefined);
});
