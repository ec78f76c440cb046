import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { AppError } from "../base/app_error.ts";
import { checkWay } from "./safe_way.ts";

const STRANGER = 65_534;

function makeTree(...dirs: string[]): { path: string } & Disposable {
  const path = Deno.makeTempDirSync({ dir: "/tmp" });
  for (const dir of dirs) Deno.mkdirSync(`${path}/${dir}`, { recursive: true, mode: 0o755 });
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}

/** How others could decide what is at `a/b/c`, and words of the refusal. */
const UNSAFE: Record<string, [spoil: (root: string) => void, why: string]> = {
  "a directory above that all may write to": [
    (root) => Deno.chmodSync(`${root}/a`, 0o777),
    "(mode 0777)",
  ],
  "a directory above that its group may write to": [
    (root) => Deno.chmodSync(`${root}/a`, 0o775),
    "(mode 0775)",
  ],
  "a directory above of another user": [
    (root) => Deno.chownSync(`${root}/a`, STRANGER, STRANGER),
    "belongs to user 65534",
  ],
  "itself another user's": [
    (root) => Deno.chownSync(`${root}/a/b/c`, STRANGER, STRANGER),
    "belongs to user 65534",
  ],
  "another user's in a sticky directory": [(root) => {
    Deno.chmodSync(`${root}/a`, 0o1777);
    Deno.chownSync(`${root}/a/b`, STRANGER, STRANGER);
  }, "belongs to user 65534"],
  "another user's link above": [(root) => {
    Deno.renameSync(`${root}/a/b`, `${root}/a/real`);
    Deno.symlinkSync("real", `${root}/a/b`);
    new Deno.Command("chown", { args: ["-h", String(STRANGER), `${root}/a/b`] }).outputSync();
  }, "belongs to user 65534"],
  "a link to another user's": [(root) => {
    Deno.renameSync(`${root}/a/b`, `${root}/theirs`);
    Deno.chownSync(`${root}/theirs`, STRANGER, STRANGER);
    Deno.symlinkSync("../theirs", `${root}/a/b`);
  }, "/theirs"],
  "a link through a directory that all may write to": [(root) => {
    Deno.mkdirSync(`${root}/open/real/c`, { recursive: true });
    Deno.chmodSync(`${root}/open`, 0o777);
    Deno.renameSync(`${root}/a/b`, `${root}/a/away`);
    Deno.symlinkSync("../open/real", `${root}/a/b`);
  }, "/open"],
  "a link that leads nowhere": [(root) => {
    Deno.renameSync(`${root}/a/b`, `${root}/a/away`);
    Deno.symlinkSync("nowhere", `${root}/a/b`);
  }, "leads nowhere"],
};

for (const [what, [spoil, why]] of Object.entries(UNSAFE)) {
  Deno.test({
    name: `D9 checkWay() refuses ${what}`,
    ignore: Deno.uid() !== 0,
    fn() {
      using tree = makeTree("a/b/c");
      checkWay(`${tree.path}/a/b/c`);
      spoil(tree.path);
      const error = assertThrows(() => checkWay(`${tree.path}/a/b/c`), AppError);
      assertEquals(error.code, "permission.unsafe_directory");
      assertStringIncludes(error.message, `"${tree.path}/a/b/c"`);
      assertStringIncludes(error.message, why);
      assertStringIncludes(error.hint!, "XDG_STATE_HOME");
    },
  });
}

Deno.test("D9 checkWay() takes sticky directories, one's own links, and what is not there yet", () => {
  using tree = makeTree("a/sticky/mine", "real/c");
  Deno.chmodSync(`${tree.path}/a/sticky`, 0o1777);
  Deno.symlinkSync("../real", `${tree.path}/a/link`);
  for (const path of ["a/sticky/mine/d", "a/link/c/d", "a/missing/at/all"]) {
    checkWay(`${tree.path}/${path}`);
  }
});

Deno.test("D9 checkWay() tells whether anybody else can have made something on the way", () => {
  assertEquals(checkWay("/usr/lib/none"), true);
  assertEquals(checkWay("/"), true);
  // Through the directory of temporary files.
  using tree = makeTree("a");
  assertEquals(checkWay(`${tree.path}/a`), false);
});
