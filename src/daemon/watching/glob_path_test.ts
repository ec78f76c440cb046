import { assertEquals } from "@std/assert";
import { GlobPath } from "./glob_path.ts";

/** Whether a file is meant, and how far down a look for it goes. */
function look(glob: string, path: string): { isMatch: boolean; isLookedFor: boolean } {
  let [isMatch, isLookedFor] = [false, false];
  for (const each of GlobPath.parse(glob, "/p")) {
    const names = path.slice(each.base.length).split("/").filter((name) => name !== "");
    let places = each.placesAt(each.base);
    if (path !== each.base && !path.startsWith(each.base === "/" ? "/" : `${each.base}/`)) continue;
    for (const name of names) places = each.step(places, name);
    isMatch ||= each.isMatch(places);
    isLookedFor ||= places.length > 0;
  }
  return { isMatch, isLookedFor };
}

Deno.test("GlobPath means what a glob means, and what everybody leaves out only where it is named", () => {
  const table: [glob: string, path: string, isMatch: boolean][] = [
    ["src/**/*.ts", "/p/src/a.ts", true],
    ["src/**/*.ts", "/p/src/deep/er/a.ts", true],
    ["src/**/*.ts", "/p/src/a.js", false],
    ["src/**/*.ts", "/p/lib/a.ts", false],
    ["**/*.ts", "/p/node_modules/x/a.ts", false],
    ["**/*.ts", "/p/a/node_modules/x/a.ts", false],
    ["node_modules/x/**", "/p/node_modules/x/a.ts", true],
    ["node_modules/**/*.ts", "/p/node_modules/x/node_modules/a.ts", false],
    ["**/node_modules/mine/*", "/p/a/node_modules/mine/a.ts", true],
    ["**", "/p/.git/index", false],
    ["./src/*.{ts,tsx}", "/p/src/a.tsx", true],
    ["{src,lib/a}/*.ts", "/p/lib/a/b.ts", true],
    ["src", "/p/src/deep/a", true],
    ["src/", "/p/src/deep/a", true],
    ["package.json", "/p/package.json", true],
    ["package.json", "/p/a/package.json", false],
    ["../shared/**/*.ts", "/shared/a/b.ts", true],
    ["/etc/*.conf", "/etc/x.conf", true],
    ["src/*", "/p/src/deep/a", false],
    ["src/[ab].ts", "/p/src/b.ts", true],
    ["src/!(a).ts", "/p/src/a.ts", false],
    ["src/**", "/p/src/.a.ts.swp", false],
    ["src/**", "/p/src/4913", false],
    ["src/**", "/p/src/a.ts~", false],
    ["src/**/**/*.ts", "/p/src/a.ts", true],
    [".", "/p/a/b", true],
  ];
  for (const [glob, path, isMatch] of table) {
    assertEquals({ glob, path, isMatch: look(glob, path).isMatch }, { glob, path, isMatch });
  }
});

Deno.test("GlobPath.step() has no places where nothing below can match", () => {
  assertEquals(look("packages/*/src/**/*.ts", "/p/packages/a/src/deep").isLookedFor, true);
  assertEquals(look("packages/*/src/**/*.ts", "/p/packages/a/dist").isLookedFor, false);
  assertEquals(look("packages/*/src/**/*.ts", "/p/other").isLookedFor, false);
  assertEquals(look("src/*.ts", "/p/src/deep/er").isLookedFor, false);
  assertEquals(look("**/*.ts", "/p/node_modules").isLookedFor, false);
});

Deno.test("GlobPath.parse() makes no end of braces", () => {
  assertEquals(GlobPath.parse("{a,b}".repeat(30), "/p").length <= 600, true);
});
