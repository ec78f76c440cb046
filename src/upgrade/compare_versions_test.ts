import { assertEquals } from "@std/assert";
import { compareVersions } from "./compare_versions.ts";

/** The example of semver.org (11), and around it. */
const RISING = [
  "0.1.0",
  "0.1.9",
  "0.1.10",
  "0.10.0",
  "1.0.0-alpha",
  "1.0.0-alpha.1",
  "1.0.0-alpha.beta",
  "1.0.0-beta",
  "1.0.0-beta.2",
  "1.0.0-beta.11",
  "1.0.0-rc.1",
  "1.0.0",
  "2.0.0",
];

Deno.test("compareVersions() orders every pair as semver.org does", () => {
  for (const [index, a] of RISING.entries()) {
    for (const [other, b] of RISING.entries()) {
      assertEquals(Math.sign(compareVersions(a, b)), Math.sign(index - other), `${a} ${b}`);
    }
  }
});
