import { assert, assertEquals, assertThrows } from "@std/assert";
import { AppError } from "../base/app_error.ts";
import { checkPrivateDir } from "./check_private_dir.ts";
import { ensurePrivateDir } from "./private_dir.ts";

function makeRoot(): { path: string } & Disposable {
  const path = Deno.makeTempDirSync();
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}

function refusal(act: () => void): AppError {
  const error = assertThrows(act, AppError);
  assertEquals(error.code, "permission.unsafe_directory");
  return error;
}

Deno.test("ensurePrivateDir() makes the directory and those above it for the owner only", () => {
  using root = makeRoot();
  ensurePrivateDir(`${root.path}/a/b`);
  for (const path of [`${root.path}/a`, `${root.path}/a/b`]) {
    assertEquals(Deno.statSync(path).mode! & 0o777, 0o700);
  }
  ensurePrivateDir(`${root.path}/a/b`);
});

Deno.test("F113 ensurePrivateDir() makes a directory that can be used whatever the umask", () => {
  using root = makeRoot();
  // A process of its own: the umask belongs to all tests that run at the same time.
  const program = `import { ensurePrivateDir } from "${import.meta.resolve("./private_dir.ts")}";
    Deno.umask(0o777);
    ensurePrivateDir("${root.path}/a");`;
  const { success } = new Deno.Command(Deno.execPath(), { args: ["eval", program] }).outputSync();
  assertEquals(success, true);
  assertEquals(Deno.statSync(`${root.path}/a`).mode! & 0o777, 0o700);
});

Deno.test("F111 ensurePrivateDir() refuses a symbolic link and says how to be rid of it", () => {
  using root = makeRoot();
  Deno.mkdirSync(`${root.path}/real`, { mode: 0o700 });
  Deno.symlinkSync("real", `${root.path}/a link`);
  const error = refusal(() => ensurePrivateDir(`${root.path}/a link`));
  assertEquals(error.message, `Cannot use directory "${root.path}/a link": it is a symbolic link`);
  assertEquals(error.hint, `Type \`rm '${root.path}/a link'\` if that is safe here`);
});

Deno.test("ensurePrivateDir() refuses a dangling link and a file", () => {
  using root = makeRoot();
  Deno.symlinkSync("nowhere", `${root.path}/dangling`);
  Deno.writeTextFileSync(`${root.path}/file`, "");
  refusal(() => ensurePrivateDir(`${root.path}/dangling`));
  refusal(() => ensurePrivateDir(`${root.path}/file`));
});

Deno.test("F112 ensurePrivateDir() refuses what others may enter and names the mode", () => {
  using root = makeRoot();
  Deno.mkdirSync(`${root.path}/open`);
  Deno.chmodSync(`${root.path}/open`, 0o755);
  const error = refusal(() => ensurePrivateDir(`${root.path}/open`));
  assertEquals(
    error.message,
    `Cannot use directory "${root.path}/open": other users have rights in it (mode 0755)`,
  );
  assertEquals(error.hint, `Type \`chmod 700 ${root.path}/open\` if that is safe here`);
  ensurePrivateDir(`${root.path}/open`, { forbidden: 0o022 });
});

Deno.test({
  name: "F112 ensurePrivateDir() refuses a directory of another user",
  ignore: Deno.uid() !== 0,
  fn() {
    using root = makeRoot();
    Deno.mkdirSync(`${root.path}/theirs`, { mode: 0o700 });
    Deno.chownSync(`${root.path}/theirs`, 65534, 65534);
    const error = refusal(() => ensurePrivateDir(`${root.path}/theirs`));
    assertEquals(
      error.hint,
      "Run imp as that user (sudo -u '#65534'); if it is not for them, move it away",
    );
  },
});

Deno.test({
  name: "F39 ensurePrivateDir() makes nothing for root under sudo in what belongs to the user",
  ignore: Deno.uid() !== 0,
  fn() {
    using root = makeRoot();
    const theirs = `${root.path}/theirs`;
    Deno.mkdirSync(theirs, { mode: 0o700 });
    Deno.chownSync(theirs, 65534, 65534);
    // A process for each: the environment belongs to all tests that run at the same time.
    const make = (path: string, sudoUid: string) => {
      const program = `import { ensurePrivateDir } from "${
        import.meta.resolve("./private_dir.ts")
      }"; ensurePrivateDir("${path}")`;
      const env = { SUDO_UID: sudoUid, NO_COLOR: "1" };
      const options = { args: ["eval", program], env };
      return new TextDecoder().decode(
        new Deno.Command(Deno.execPath(), options).outputSync().stderr,
      );
    };
    const refused = make(`${theirs}/a/b`, "65534");
    assert(refused.includes(`"${theirs}/a/b" as root in what belongs to user 65534`), refused);
    assertEquals([...Deno.readDirSync(theirs)], []);
    Deno.symlinkSync(theirs, `${root.path}/link`);
    assert(make(`${root.path}/link/a`, "65534").includes("as root in what belongs"));
    assertEquals([...Deno.readDirSync(theirs)], []);
    assertEquals(make(`${root.path}/own`, "65534"), "");
    assertEquals(make(`${theirs}/other`, "65533"), "");
  },
});

Deno.test({
  name: "D8 ensurePrivateDir() never has a directory handed over that somebody else made",
  ignore: Deno.uid() !== 0,
  fn() {
    using root = makeRoot();
    Deno.chmodSync(root.path, 0o755);
    Deno.mkdirSync(`${root.path}/theirs`, { mode: 0o700 });
    const program = `import { ensurePrivateDir } from "${import.meta.resolve("./private_dir.ts")}";
      try { ensurePrivateDir("${root.path}/theirs") } catch (error) { console.log(error.hint) }`;
    Deno.writeTextFileSync(`${root.path}/program.ts`, program);
    const bundle = `${root.path}/program.js`;
    const built = new Deno.Command(Deno.execPath(), {
      args: ["bundle", "--quiet", "--output", bundle, `${root.path}/program.ts`],
    }).outputSync();
    assert(built.success, new TextDecoder().decode(built.stderr));
    const { stdout, stderr } = new Deno.Command("setpriv", {
      args: ["--reuid=65534", "--regid=65534", "--clear-groups", Deno.execPath(), "run", "-A"]
        .concat(bundle),
      env: { DENO_DIR: `${root.path}/cache`, DENO_NO_UPDATE_CHECK: "1" },
    }).outputSync();
    const hint = new TextDecoder().decode(stdout);
    assert(hint.includes(`sudo rm -r ${root.path}/theirs`), new TextDecoder().decode(stderr));
    assert(hint.includes("XDG_RUNTIME_DIR") && !hint.includes("chown"), hint);
  },
});

Deno.test("ensurePrivateDir() says why a directory cannot be made", () => {
  using root = makeRoot();
  Deno.writeTextFileSync(`${root.path}/file`, "");
  refusal(() => ensurePrivateDir(`${root.path}/file/below`));
});

Deno.test("checkPrivateDir() makes nothing", () => {
  using root = makeRoot();
  assertEquals(checkPrivateDir(`${root.path}/a`), false);
  assertEquals([...Deno.readDirSync(root.path)], []);
});
