import { assert, assertEquals } from "@std/assert";
import { type Box, openBox } from "../support/box.ts";
import { fixture } from "../support/fixtures.ts";

/** A call that must fail: with this code, and these words on stderr. */
interface WrongCall {
  readonly args: readonly string[];
  readonly code: number;
  readonly error: string;
  readonly says: readonly string[];
}

const WITHOUT_DAEMON: readonly WrongCall[] = [
  { args: ["statr"], code: 2, error: "usage.unknown_command", says: ["statr", "start"] },
  { args: ["daemon", "strat"], code: 2, error: "usage.unknown_command", says: ["strat"] },
  { args: ["list", "--jsno"], code: 2, error: "usage.unknown_flag", says: ["--jsno"] },
  { args: ["run"], code: 2, error: "usage.", says: ["command"] },
  { args: ["add", "--name", "x", "--"], code: 2, error: "usage.", says: ["command"] },
  {
    args: ["add", "--env-file", "/no/such.env", "--", "true"],
    code: 2,
    error: "usage.unreadable_file",
    says: ['Cannot read "/no/such.env": no such file'],
  },
  {
    args: ["add", "--env-file", "/", "--", "true"],
    code: 2,
    error: "usage.unreadable_file",
    says: ["is a directory"],
  },
  { args: ["--daemon-id", "../x", "ping"], code: 2, error: "usage.bad_daemon_id", says: ["../x"] },
  { args: ["--daemon-id", "", "ping"], code: 2, error: "usage.", says: ["daemon"] },
  { args: ["daemon", "status"], code: 3, error: "daemon.not_running", says: [] },
];

const WITH_DAEMON: readonly WrongCall[] = [
  { args: ["stop", "nobody"], code: 4, error: "job.not_found", says: ["nobody"] },
  { args: ["logs", "nobody"], code: 4, error: "job.not_found", says: ["nobody"] },
  {
    args: ["add", "--name", "taken", "--", "sleep", "1"],
    code: 6,
    error: "job.name_taken",
    says: ["taken"],
  },
  { args: ["rm", "taken"], code: 6, error: "job.is_up", says: ["taken"] },
  {
    args: ["add", "--cwd", "/no/such/place", "--", "true"],
    code: 2,
    error: "",
    says: ["/no/such/place"],
  },
  {
    args: ["run", "--", "no-such-command-7"],
    code: 127,
    error: "command.not_found",
    says: ["no-such-command-7"],
  },
  { args: ["run", "--", "./plain"], code: 126, error: "command.not_executable", says: ["plain"] },
  {
    args: ["add", "--restart", "sometimes", "--", "true"],
    code: 2,
    error: "usage.",
    says: ["sometimes"],
  },
  {
    args: ["add", "--name", "a/b", "--", "true"],
    code: 2,
    error: "job.invalid_name",
    says: ["a/b"],
  },
  {
    args: ["stop", "--timeout", "soon", "taken"],
    code: 2,
    error: "usage.bad_duration",
    says: ["soon"],
  },
];

Deno.test("wrong words are told apart, on stderr, with the exit code of their kind", async () => {
  await using box = await openBox();
  for (const call of WITHOUT_DAEMON) await expectFailure(box, call);
  assertEquals(await box.daemons(), [], "no daemon is started for nothing");
});

Deno.test("what is wrong with a job is told with the exit code of its kind", async () => {
  await using box = await openBox();
  await box.file("project/plain", "no program");
  await box.impOk(["add", "--name", "taken", "--", ...fixture("hold.sh")]);
  for (const call of WITH_DAEMON) await expectFailure(box, call);
  assertEquals(
    (await box.impJson(["ls"])).jobs.length,
    1,
    "nothing was added by a call that failed",
  );
});

Deno.test("a prefix that means several jobs is refused, and both are named", async () => {
  await using box = await openBox();
  const ids: string[] = [];
  const twins = () => ids.find((id) => ids.some((other) => other !== id && other[0] === id[0]));
  for (let n = 0; !twins(); n++) {
    ids.push((await box.impOk(["add", "-q", "--name", `j${n}`, "--", "true", String(n)])).trim());
  }
  const prefix = twins()![0]!;
  const call = { args: ["show", prefix], code: 2, error: "job.ambiguous", says: [prefix] };
  await expectFailure(box, call);
});

async function expectFailure(box: Box, { args, code, error, says }: WrongCall): Promise<void> {
  const plain = await box.imp(args);
  const name = `imp ${args.join(" ")}`;
  assertEquals([plain.code, plain.stdout], [code, ""], `${name}: ${plain.stderr}`);
  for (const word of says) {
    assert(plain.stderr.toLowerCase().includes(word.toLowerCase()), `${name}: ${plain.stderr}`);
  }
  assert(!/^\s+at /m.test(plain.stderr), `${name} shows a stack: ${plain.stderr}`);

  const json = await box.imp(withJson(args));
  assertEquals([json.code, json.stdout], [code, ""], `${name} --json: ${json.stderr}`);
  const lines = json.stderr.trimEnd().split("\n");
  assertEquals(lines.length, 1, json.stderr);
  const told = JSON.parse(lines[0]!).error;
  assert(told.code.startsWith(error), `${name}: ${told.code}`);
  assert(told.message.length > 0 && !told.message.endsWith("."), told.message);
}

/** `--json` in front of the words of the job, if there are any. */
function withJson(args: readonly string[]): string[] {
  return ["--json", ...args];
}
