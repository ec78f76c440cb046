/** What a job declares to listen on: found, kept, told to the job, and refused while others hold it. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Box, openBox } from "../support/box.ts";
import { killDaemon } from "../support/daemon_pid.ts";
import { eventually } from "../support/eventually.ts";
import { freePort } from "../support/free_port.ts";
import { fixture } from "../support/fixtures.ts";
import { CAN_BE_OTHER_USER, openUserBox } from "../support/other_user.ts";

if (!CAN_BE_OTHER_USER) {
  console.warn("NOT RUN: E8 of another user needs root, setpriv and a compiled imp");
}

const SERVER = fixture("http_server.ts");

interface DeclaredPort {
  readonly name: string;
  readonly port: number;
  readonly listening: boolean;
  readonly moved_from?: number;
}

async function portOf(box: Box, job: string, cwd = box.project): Promise<DeclaredPort> {
  return (await box.impJson(["show", job], { cwd })).ports_declared[0];
}

/** Resolves when the job listens on the port that it declares first. */
function listening(box: Box, job: string, cwd?: string): Promise<DeclaredPort> {
  return eventually(`${job} listens`, async () => {
    const port = await portOf(box, job, cwd);
    return port.listening && port;
  });
}

/** Somebody who is no job listens on it until the end of the scope. */
function hold(port: number): Deno.TcpListener {
  return Deno.listen({ hostname: "127.0.0.1", port });
}

Deno.test("E9 a port that imp finds is told to the job, kept when the daemon is killed, and another one in another worktree", async () => {
  await using box = await openBox();
  const other = `${box.root}/other`;
  await Deno.mkdir(`${other}/.git`, { recursive: true });
  const add = ["add", "--name", "api", "--port", "http=auto", "--", ...SERVER, "${ports.http}"];
  const { code, stderr } = await box.imp(add, { env: { PORT: "77" } });
  assertEquals(code, 0, stderr);
  assertMatch(stderr, /^imp: Port http is (2\d{4}): http:\/\/localhost:\1\/\n$/);
  const first = await listening(box, "api");
  assertStringIncludes(stderr, String(first.port));
  const { pid } = await box.impJson(["show", "api"]);
  const environ = (await Deno.readTextFile(`/proc/${pid}/environ`)).split("\0");
  for (const name of ["PORT", "PORT_HTTP"]) assert(environ.includes(`${name}=${first.port}`), name);

  await box.impOk(add, { cwd: other });
  const second = await listening(box, "api", other);
  assert(second.port !== first.port);

  await killDaemon(box);
  assertEquals(await listening(box, "api"), first);
  await box.impOk(["restart", "api"]);
  assertEquals(await listening(box, "api"), first);
});

Deno.test("E9 a port that imp found is another one only when somebody else holds it at a start, and that is told", async () => {
  await using box = await openBox();
  await box.impOk([
    "add",
    "--name",
    "api",
    "--port",
    "http=auto",
    "--",
    ...SERVER,
    "${ports.http}",
  ]);
  const { port } = await listening(box, "api");
  await box.impOk(["stop", "api"]);
  using _holder = hold(port);
  const { stderr } = await box.imp(["start", "api"]);
  const moved = await listening(box, "api");
  assert(moved.port !== port);
  assertEquals(moved.moved_from, port);
  assertMatch(stderr, new RegExp(`is ${moved.port} from now on: others hold ${port}`));
});

Deno.test("E8 a port that is taken is named with its holder, by whatever would start the job", async () => {
  await using box = await openBox();
  const add = (name: string, port: number, ...flags: string[]) =>
    box.imp([
      "add",
      "--name",
      name,
      "--port",
      String(port),
      ...flags,
      "--",
      ...SERVER,
      String(port),
    ]);
  using free = hold(freePort());
  const { port } = free.addr;
  const stranger = await add("web", port);
  assertEquals(stranger.code, 6);
  assertStringIncludes(stranger.stderr, `Port ${port} is held by pid ${Deno.pid} (deno`);
  assertStringIncludes(stranger.stderr, "which is no job of imp");
  assertStringIncludes(stranger.stderr, "--port main=auto");
  assertEquals((await box.impJson(["ls"])).jobs, []);
  free.close();

  assertEquals((await add("web", port)).code, 0);
  await listening(box, "web");
  const { id, pid } = await box.impJson(["show", "web"]);
  const job = await box.imp(["add", "--json", "--port", `http=${port}`, "--", "sleep", "1000000"]);
  assertEquals(job.code, 6);
  const { error } = JSON.parse(job.stderr);
  assertEquals(error.code, "job.port_taken");
  assertStringIncludes(error.message, `pid ${pid} (deno run), job ${id} (web)`);
  assertStringIncludes(error.hint, "imp stop web");
  // Its own is not in its way.
  await box.impOk(["restart", "web"]);
  await box.impOk(["stop", "web"]);
  using _holder = hold(port);
  const start = await box.imp(["start", "web"]);
  assertEquals(start.code, 6);
  assertStringIncludes(start.stderr, `Port ${port} is held by`);
});

Deno.test("E8 what a run has left at its port is ended before the next run, which gets the port", async () => {
  await using box = await openBox();
  const script = '"$@" & echo started; exit 3';
  const command = ["sh", "-c", script, "sh", ...SERVER, "${ports.http}"];
  await box.impOk(["add", "--name", "web", "--port", "http=auto", "--", ...command]);
  const holderOf = async (port: number) => (await fetch(`http://127.0.0.1:${port}/`)).text();
  await box.imp(["wait", "web"]);
  const { port } = await portOf(box, "web");
  const first = await eventually("the leftover serves", () => holderOf(port));
  await box.imp(["start", "web"]);
  const second = await eventually("the next one serves", () => holderOf(port));
  assert(first !== second, first);
  assertEquals((await portOf(box, "web")).port, port);
});

Deno.test("H ports that make no sense are refused, and set gives and takes them", async () => {
  await using box = await openBox();
  for (
    const text of [
      "",
      "0",
      "65536",
      "x",
      "http=",
      "Http=1",
      "=1",
      "a=1 ",
      "http=auto2",
      "-1",
      "auto:",
      "auto:0",
    ]
  ) {
    const { code, stderr } = await box.imp(["add", `--port=${text}`, "--", "true"]);
    assertEquals(code, 2, `${text}: ${stderr}`);
  }
  assertEquals((await box.imp(["add", "--port", "1", "--port", "2", "--", "true"])).code, 2);
  await box.impOk(["add", "--name", "a", "--", "sleep", "1000000"]);
  const set = await box.imp(["set", "a", "--port", "http=auto:54320", "--port", "54321", "--now"]);
  assertStringIncludes(set.stdout, "ports");
  const { ports_declared } = await box.impJson(["show", "a"]);
  assertEquals(
    ports_declared.map(({ name, port }: DeclaredPort) => [name, port >= 20_000]),
    [["http", true], ["main", true]],
  );
  await box.impOk(["set", "a", "--unset-port", "main", "--unset-port", "http"]);
  assertEquals((await box.impJson(["show", "a"])).ports_declared, undefined);
});

Deno.test("imp ports tells who listens, of the jobs and of everybody, with a daemon and without", async () => {
  await using box = await openBox();
  const other = `${box.root}/other`;
  await Deno.mkdir(`${other}/.git`, { recursive: true });
  assertEquals(await box.impOk(["ports"]), "No job listens on a port\n");
  await box.impOk([
    "add",
    "--name",
    "api",
    "--port",
    "http=auto",
    "--",
    ...SERVER,
    "${ports.http}",
  ]);
  await box.impOk(["add", "--name", "quiet", "--port", "debug=auto", "--", "sleep", "1000000"]);
  const { port } = await listening(box, "api");
  const { id, pid } = await box.impJson(["show", "api"]);
  const wanted = {
    ...{ port, protocol: "tcp", address: "127.0.0.1", pid, command: "deno run" },
    ...{ job_id: id, run_id: `${id}-1`, job_name: "api", name: "http" },
  };
  const expectWanted = async (...args: string[]) => {
    const { ports } = await box.impJson(["ports", ...args]);
    assertEquals(ports, [{ ...wanted, user: ports[0]?.user, daemon_id: ports[0]?.daemon_id }]);
  };
  await expectWanted();
  await expectWanted("api");
  await expectWanted("--port", String(port));
  assertEquals(await box.impJson(["ports", "quiet"]), { ports: [] });
  assertMatch(
    await box.impOk(["ports", "api"]),
    new RegExp(`^ *${port} +http +tcp +127\\.0\\.0\\.1 +${id} \\(api\\) +${pid} +deno run$`, "m"),
  );
  assertEquals(await box.impOk(["ports", "-q"]), `${port}\n`);
  const elsewhere = await box.impJson(["ports", "--port", String(port)], { cwd: other });
  assertEquals([elsewhere.ports[0].job_id, elsewhere.ports[0].job_name], [id, null]);

  const debug = (await portOf(box, "quiet")).port;
  const nobody = await box.imp(["ports", "--port", String(debug)]);
  assertEquals([nobody.code, nobody.stdout], [1, ""]);
  assertStringIncludes(nobody.stderr, `Nobody listens on port ${debug}; job quiet declares it`);
  assertEquals(
    (await box.imp(["ports", "--json", "--port", String(debug)])).stdout,
    '{"ports":[]}\n',
  );
  using stranger = hold(0);
  const ours = ["ports", "-q", "--port", String(stranger.addr.port)];
  assertEquals(await box.impOk(ours), `${Deno.pid}\n`);
  for (const args of [["--port", "0"], ["--port", "x"], ["api", "--port", "1"]]) {
    assertEquals((await box.imp(["ports", ...args])).code, 2, args.join(" "));
  }
  assertEquals((await box.imp(["ports", "nope"])).code, 4);

  await box.impOk(["daemon", "stop", "--keep-jobs"]);
  await expectWanted("api");
  assertEquals((await portOf(box, "api")).listening, null);
  assertEquals(await box.daemons(), []);
});

Deno.test({
  name: "E8 of another user's process at a port as much is told as the system tells: whose it is",
  ignore: !CAN_BE_OTHER_USER,
  async fn() {
    await using user = await openUserBox();
    using roots = hold(0);
    const { port } = roots.addr;
    const { ports } = JSON.parse((await user.imp(["ports", "--json", "--port", `${port}`])).stdout);
    assertEquals(
      ports.map(({ pid, command, user, job_id }: Record<string, unknown>) => [
        ...[pid, command, user, job_id],
      ]),
      [[null, null, "root", null]],
    );
    const { code, stderr } = await user.imp(["add", "--port", `${port}`, "--", "sleep", "1000000"]);
    assertEquals(code, 6, stderr);
    assertStringIncludes(stderr, `Port ${port} is held by a process of user root, which is no job`);
  },
});
