import { assertEquals, assertMatch, assertNotEquals, assertThrows } from "@std/assert";
import { AppError } from "../base/app_error.ts";
import { deriveDaemonId, resolveDaemonId } from "./daemon_id.ts";

const NO_ENV = () => undefined;

/** A directory tree of its own; names that end in a slash are directories. */
function makeTree(...names: string[]): { path: string } & Disposable {
  const path = Deno.realPathSync(Deno.makeTempDirSync());
  for (const name of names) {
    const isDirectory = name.endsWith("/");
    const dir = isDirectory ? name : name.split("/").slice(0, -1).join("/");
    Deno.mkdirSync(`${path}/${dir}`, { recursive: true });
    if (!isDirectory) Deno.writeTextFileSync(`${path}/${name}`, "");
  }
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}

Deno.test("resolveDaemonId() prefers the flag to the environment and both to the project", () => {
  using tree = makeTree("project/imp.yaml");
  const cwd = `${tree.path}/project`;
  const env = (name: string) => name === "IMP_DAEMON_ID" ? "from-env" : undefined;
  assertEquals(resolveDaemonId({ flag: "from-flag", env, cwd }).id, "from-flag");
  assertEquals(resolveDaemonId({ env, cwd }), {
    id: "from-env",
    projectDir: cwd,
    projectFile: `${cwd}/imp.yaml`,
  });
  assertEquals(resolveDaemonId({ env: () => "", cwd }).id, deriveDaemonId(cwd));
});

Deno.test("resolveDaemonId() refuses ids that could be paths", () => {
  for (const flag of ["", "..", "../x", "a/b", "A", "-a", "a".repeat(49), "a\0"]) {
    const act = () => resolveDaemonId({ flag, env: NO_ENV, cwd: "/" });
    assertEquals(assertThrows(act, AppError).code, "usage.bad_daemon_id");
  }
});

Deno.test("resolveDaemonId() finds the project file above, past a nearer .git", () => {
  using tree = makeTree("top/imp.toml", "top/repo/.git/", "top/repo/src/");
  const found = resolveDaemonId({ env: NO_ENV, cwd: `${tree.path}/top/repo/src` });
  assertEquals(found.projectFile, `${tree.path}/top/imp.toml`);
  assertEquals(found.projectDir, `${tree.path}/top`);
  assertMatch(found.id, /^top-[0-9a-f]{8}$/);
});

Deno.test("resolveDaemonId() takes the nearest .git, a file as well as a directory", () => {
  using tree = makeTree("repo/.git/", "repo/worktree/.git", "repo/worktree/src/");
  const found = resolveDaemonId({ env: NO_ENV, cwd: `${tree.path}/repo/worktree/src` });
  assertEquals(found.projectDir, `${tree.path}/repo/worktree`);
  assertEquals(found.projectFile, undefined);
});

Deno.test("resolveDaemonId() takes the working directory where there is no project", () => {
  using tree = makeTree("plain/");
  assertEquals(
    resolveDaemonId({ env: NO_ENV, cwd: `${tree.path}/plain` }).projectDir,
    `${tree.path}/plain`,
  );
});

Deno.test("resolveDaemonId() is the same through a symbolic link, and another for another path", () => {
  using tree = makeTree("one/", "two/");
  Deno.symlinkSync("one", `${tree.path}/link`);
  const idOf = (name: string) => resolveDaemonId({ env: NO_ENV, cwd: `${tree.path}/${name}` }).id;
  assertEquals(idOf("link"), idOf("one"));
  assertNotEquals(idOf("two"), idOf("one"));
});

Deno.test("resolveDaemonId() passes by a directory that is called like a project file", () => {
  using tree = makeTree("a/imp.yaml/", "a/b/");
  assertEquals(resolveDaemonId({ env: NO_ENV, cwd: `${tree.path}/a/b` }).projectFile, undefined);
});

Deno.test({
  name: "resolveDaemonId() does not trust a stranger's project file where everybody may write",
  ignore: Deno.uid() !== 0,
  fn() {
    using tree = makeTree("tmp/imp.yaml", "tmp/mine/");
    Deno.chownSync(`${tree.path}/tmp/imp.yaml`, 65534, 65534);
    const find = () => resolveDaemonId({ env: NO_ENV, cwd: `${tree.path}/tmp/mine` }).projectFile;
    assertEquals(find(), `${tree.path}/tmp/imp.yaml`);
    Deno.chmodSync(`${tree.path}/tmp`, 0o1777);
    assertEquals(find(), undefined);
  },
});

Deno.test("resolveDaemonId() names a working directory that is not there", () => {
  const act = () => resolveDaemonId({ env: NO_ENV, cwd: "/nowhere/at/all" });
  assertEquals(assertThrows(act, AppError).code, "usage.bad_cwd");
});

Deno.test("deriveDaemonId() is an id for every directory", () => {
  assertEquals(deriveDaemonId("/"), "project-8a5edab2");
  assertMatch(deriveDaemonId("/home/u/My Project!"), /^my-project-[0-9a-f]{8}$/);
  assertMatch(deriveDaemonId(`/${"x".repeat(200)}`), /^x{39}-[0-9a-f]{8}$/);
});
