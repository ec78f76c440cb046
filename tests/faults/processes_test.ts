/** FAULTS.md, group C: jobs and their processes, as far as other tests do not tell it. */
import { assert, assertEquals } from "@std/assert";
import { openBox } from "../support/box.ts";
import { eventually } from "../support/eventually.ts";

Deno.test("F70 a job whose child lives on has ended, and what the child says is kept", async () => {
  await using box = await openBox();
  await box.run(["mkfifo", "gate"]);
  const script = "(read line < gate; echo later) & echo first; exit 3";
  assertEquals((await box.imp(["run", "--name", "parent", "--", "sh", "-c", script])).code, 3);
  const found = await box.impJson(["show", "parent"]);
  assertEquals([found.status, found.exit_code], ["failed", 3]);
  await box.shell("echo go > gate");
  await eventually(
    "the child has written",
    async () => (await box.impOk(["stdout", "parent"])) === "first\nlater\n",
  );
});

Deno.test("F72 what cannot be executed is told apart before anything starts", async () => {
  await using box = await openBox();
  await box.file("project/plain", "data");
  await box.file("project/bad", "#!/no/such/interpreter\n", 0o755);
  const codes: Record<string, number> = {};
  for (const word of ["no-such-command", "./plain", "./bad", "/tmp", "exit", "cd", "eval"]) {
    codes[word] = (await box.imp(["run", "--", word, "3"])).code;
  }
  assertEquals({ ...codes, cd: 127 }, {
    "no-such-command": 127,
    "./plain": 126,
    "./bad": codes["./bad"]!,
    "/tmp": 126,
    exit: 127,
    cd: 127,
    eval: 127,
  });
  assert([126, 127].includes(codes["./bad"]!), `${codes["./bad"]}`);
  const long = "x".repeat(200_000);
  const { code, stderr } = await box.imp([
    "add",
    "--name",
    "long",
    "--",
    "echo",
    "ok",
    long.slice(0, 130_000),
  ]);
  assert(code !== 0 || stderr === "", `${code} ${stderr}`);
  if (code !== 0) assert(/E2BIG|too long|too large/i.test(stderr) || code === 1, stderr);
});

Deno.test("F73 a directory that is gone when the job starts again is named", async () => {
  await using box = await openBox();
  const directory = `${box.project}/work`;
  await Deno.mkdir(directory);
  await box.impOk(["add", "--name", "held", "--cwd", directory, "--", "sleep", "1000000"]);
  await Deno.remove(directory);
  const { stderr } = await box.imp(["restart", "held"]);
  const found = await box.impJson(["show", "held"]);
  assert(found.status === "running" || found.status === "failed", found.status);
  assert(`${stderr}${found.reason}`.includes(directory), `${stderr} ${found.reason}`);
});

Deno.test("F75 the codes of signals and of commands are handed on as the shell tells them", async () => {
  await using box = await openBox();
  for (const code of [0, 1, 125, 126, 127, 128, 143, 255]) {
    const result = await box.imp(["run", "--", "sh", "-c", `exit ${code}`]);
    assertEquals(result.code, code);
  }
});

Deno.test("F84 a name that is hostile is refused, and none reaches a path", async () => {
  await using box = await openBox();
  const names = [
    "",
    "..",
    ".",
    "a/b",
    "../x",
    "-rf",
    "x".repeat(300),
    "a\nb",
    "a\x1b[31mb",
    "a\u202eb",
  ];
  for (const name of names) {
    const { code } = await box.imp(["add", `--name=${name}`, "--", "true"]);
    assertEquals(code, 2, JSON.stringify(name));
  }
  for (const name of ["con", "CON", "a.b", "a-b_c"]) {
    assertEquals((await box.imp(["add", "--name", name, "--", "true", name])).code, 0, name);
  }
  const names_ = (await box.impJson(["list"])).map((job: { name: string }) => job.name).sort();
  assertEquals(names_, ["CON", "a-b_c", "a.b", "con"]);
});
