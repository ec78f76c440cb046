import {
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
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

/** Ways in which others decide what is in `shared/imp.yaml`, and words of the reason. */
const DISTRUSTED: Record<string, [spoil: (shared: string) => void, why: string]> = {
  "a file of another user": [
    (shared) => Deno.chownSync(`${shared}/imp.yaml`, 65534, 65534),
    "65534",
  ],
  "a file of another user in a directory where everybody may write": [(shared) => {
    Deno.chownSync(`${shared}/imp.yaml`, 65534, 65534);
    Deno.chmodSync(shared, 0o1777);
  }, "65534"],
  "another user's link to a file of root": [(shared) => {
    Deno.removeSync(`${shared}/imp.yaml`);
    Deno.symlinkSync("/etc/passwd", `${shared}/imp.yaml`);
    new Deno.Command("chown", { args: ["-h", "65534", `${shared}/imp.yaml`] }).outputSync();
  }, "65534"],
  "a link to a file of another user": [(shared) => {
    Deno.renameSync(`${shared}/imp.yaml`, `${shared}/theirs`);
    Deno.chownSync(`${shared}/theirs`, 65534, 65534);
    Deno.symlinkSync("theirs", `${shared}/imp.yaml`);
  }, "what it leads to belongs to user 65534"],
  "a link into a directory where others may write": [(shared) => {
    Deno.mkdirSync(`${shared}/open`);
    Deno.chmodSync(`${shared}/open`, 0o777);
    Deno.renameSync(`${shared}/imp.yaml`, `${shared}/open/imp.yaml`);
    Deno.symlinkSync("open/imp.yaml", `${shared}/imp.yaml`);
  }, "/open"],
  "a file that its group may write to": [
    (shared) => Deno.chmodSync(`${shared}/imp.yaml`, 0o664),
    "others may write to it",
  ],
  "a file in a directory that its group may write to": [
    (shared) => Deno.chmodSync(shared, 0o775),
    "others may replace it",
  ],
};

for (const [what, [spoil, why]] of Object.entries(DISTRUSTED)) {
  Deno.test({
    name: `D11 ${what} is no project file, and said so`,
    ignore: Deno.uid() !== 0,
    fn() {
      using tree = makeTree("shared/imp.yaml", "shared/mine/");
      const find = () => resolveDaemonId({ env: NO_ENV, cwd: `${tree.path}/shared/mine` });
      assertEquals(find().projectFile, `${tree.path}/shared/imp.yaml`);
      assertEquals(find().distrusted, undefined);
      spoil(`${tree.path}/shared`);
      const { projectFile, projectDir, distrusted } = find();
      assertEquals([projectFile, projectDir], [undefined, `${tree.path}/shared/mine`]);
      assertEquals(distrusted?.length, 1);
      assertEquals(distrusted![0]!.path, `${tree.path}/shared/imp.yaml`);
      assertStringIncludes(distrusted![0]!.why, why);
    },
  });
}

Deno.test("D11 one's own link to one's own project file counts, and so does a file in a sticky directory", () => {
  using tree = makeTree("real/imp.yaml", "linked/", "sticky/imp.yaml");
  Deno.symlinkSync("../real/imp.yaml", `${tree.path}/linked/imp.yaml`);
  Deno.chmodSync(`${tree.path}/sticky`, 0o1777);
  for (const name of ["linked", "sticky"]) {
    const { projectFile } = resolveDaemonId({ env: NO_ENV, cwd: `${tree.path}/${name}` });
    assertEquals(projectFile, `${tree.path}/${name}/imp.yaml`);
  }
});

Deno.test({
  name: "D11 another user's .git counts in his own directory, and not where everybody may write",
  ignore: Deno.uid() !== 0,
  fn() {
    using tree = makeTree("repo/.git/", "repo/src/");
    Deno.chownSync(`${tree.path}/repo/.git`, 65534, 65534);
    const find = () => resolveDaemonId({ env: NO_ENV, cwd: `${tree.path}/repo/src` }).projectDir;
    assertEquals(find(), `${tree.path}/repo`);
    Deno.chmodSync(`${tree.path}/repo`, 0o1777);
    assertEquals(find(), `${tree.path}/repo/src`);
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
