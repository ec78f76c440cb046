/** With `--json` every command prints what docs/output.schema.json says; support/json_output.ts looks at each line. */
import { assert, assertEquals } from "@std/assert";
import { type Box, openBox } from "../support/box.ts";
import { fixture } from "../support/fixtures.ts";
import { JSON_CALLS } from "../support/json_calls.ts";

/** Lines of several values. */
const STREAMS = /^(run|attach|logs|stdout|stderr|exec|daemon logs)$/;
/** What ends with a code of its own, or refuses, and tells so. */
const MAY_FAIL = /^(run|exec|attach|ports|doctor|trust|diff)$/;

for (const { about, files, calls } of JSON_CALLS) {
  Deno.test(`commands about ${about} print JSON as their schemas say`, async () => {
    await using box = await openBox();
    for (const [path, text] of Object.entries(files)) await box.file(`project/${path}`, text);
    for (const args of calls) await expectJson(box, args);
  });
}

async function expectJson(box: Box, args: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await box.imp(args);
  const name = args.slice(0, args.indexOf("--json")).filter((word) => /^[a-z]/.test(word)).join(
    " ",
  );
  const told = `imp ${args.join(" ")} ended with ${code}: ${stdout}${stderr}`;
  assert(code === 0 || MAY_FAIL.test(args[0]!), told);
  const lines = stdout.split("\n").slice(0, -1);
  // What is looked at by the box is more than nothing, and no more than one value where it is one.
  if (!STREAMS.test(name)) assertEquals(lines.length, stderr === "" ? 1 : 0, told);
  for (const line of lines) assertEquals(JSON.parse(line).constructor, Object, told);
}

Deno.test("--fields prints these fields only, of the list where it is not said of what, and means --json", async () => {
  await using box = await openBox();
  const hold = fixture("hold.sh");
  const added = await box.imp(["add", "--name", "web", "--fields", "action,name", "--", ...hold]);
  assertEquals([added.stdout, added.stderr], ['{"action":"created","name":"web"}\n', ""]);
  const says = async (...args: string[]) => (await box.impOk(args)).trimEnd();
  assertEquals(await says("ls", "--fields", "name,status"), LISTED);
  assertEquals(await says("ls", "--fields", "jobs.name", "--fields=jobs.status"), LISTED);
  assertEquals(
    await says("show", "web", "--fields", "name,runs.run"),
    '{"name":"web","runs":[{"run":1}]}',
  );
  assertEquals(await says("status", "--fields", "counts.running,schema_version"), STATUS);
  const stopped = await says("stop", "web", "--json", "--fields", "status,survivors");
  assertEquals(stopped, '{"jobs":[{"status":"stopped"}],"survivors":[]}');
  // What has a type keeps it.
  const [line] = (await says("logs", "web", "--fields", "text")).split("\n");
  assertEquals(line, '{"type":"line","text":"READY"}');
  // What is not there now is left out, and is no mistake.
  assertEquals(await says("ls", "--fields", "name,schedule"), '{"jobs":[{"name":"web"}]}');
  assertEquals(await says("--version", "--fields", "protocol"), '{"protocol":1}');
});

const LISTED = '{"jobs":[{"name":"web","status":"running"}]}';
const STATUS = '{"type":"status.snapshot","counts":{"running":1},"schema_version":1}';

Deno.test("--fields refuses a field that there is not before anything is done, and says which there are", async () => {
  await using box = await openBox();
  const refuse = async (...args: string[]) => {
    const { code, stdout, stderr } = await box.imp(args);
    const { error } = JSON.parse(stderr);
    assertEquals([code, stdout], [2, ""], stderr);
    return [error.code, error.message, error.hint];
  };
  assertEquals(await refuse("add", "--fields", "id,naem", "--", "true"), [
    ...["usage.unknown_field", 'imp add has no field "naem"', "Did you mean name?"],
  ]);
  assertEquals((await refuse("list", "--fields", "jobs.watch.path")).slice(1), [
    ...['imp list has no field "jobs.watch.path"', "Did you mean jobs.watch.paths?"],
  ]);
  const [, , hint] = await refuse("ping", "--fields", "xxxxxxxxx");
  assertEquals(hint, "One of: version, build, pid, daemon_id, round_trip_ms");
  assertEquals((await refuse("list", "--fields", "name.x"))[2], "There is nothing within name");
  assertEquals((await refuse("list", "--fields="))[0], "usage.missing_value");
  assertEquals((await refuse("tui", "--fields", "id"))[0], "usage.no_json");
  assertEquals(await box.daemons(), [], "nothing was started for it");
});

Deno.test("imp schema prints what a command prints, with what that is made of and no more", async () => {
  await using box = await openBox();
  const { title, anyOf, $defs } = await box.impJson(["schema", "ps"]);
  assertEquals(title, "What imp list prints with --json");
  assertEquals(anyOf.length, 2);
  assertEquals(Object.keys($defs), [
    ...["Job", "JobList", "JobListLine", "JobStatus", "ListedJob", "SummedJob"],
  ]);
  assertEquals($defs.Job.additionalProperties, false);
  const all = JSON.parse(await box.impOk(["schema", "--all"]));
  assert("daemon stop" in all.commands);
  const unknown = await box.imp(["schema", "lits"]);
  assertEquals([unknown.code, /Did you mean imp list\?/.test(unknown.stderr)], [2, true]);
  assertEquals((await box.imp(["schema", "daemon", "halt"])).code, 2);
  assertEquals((await box.imp(["schema", "tui"])).code, 2);
  assertEquals((await box.imp(["schema", "--all", "list"])).code, 2);
});
