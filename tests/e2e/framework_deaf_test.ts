/** A daemon that hears nothing, as a handler of it never lets go of the processor. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { eventually } from "../support/eventually.ts";
import { isAlive } from "../support/process_facts.ts";
import { openProgram, RUDE } from "../support/program_box.ts";

/** Nobody is to wait for long here. */
const limits = (values: Record<string, number>) => ({
  RUDE_LIMITS: JSON.stringify({ blockedMs: 600_000, ...values }),
});

const wasEnded = (pid: number) =>
  `rude-program: The daemon (pid ${pid}) did not react and was ended; the next call starts a new one\n`;

/** A program whose daemon a call has blocked, beside another that waits. */
async function openBlocked(env: Record<string, string>) {
  await using open = new AsyncDisposableStack();
  const program = open.use(await openProgram(RUDE, { env }));
  const daemon = await program.pid();
  const waiting = open.use(program.start(["wait", `${program.box.root}/end`]));
  await waiting.waitForStdout("waiting\n");
  const blocking = open.use(program.start(["block"]));
  await blocking.waitForStdout("blocking\n");
  const owner = open.move();
  return { program, daemon, waiting, blocking, [Symbol.asyncDispose]: () => owner.disposeAsync() };
}

Deno.test("Ctrl+C ends a daemon that a handler holds up, tells so, and the next call starts another", async () => {
  await using blocked = await openBlocked(limits({ graceMs: 300 }));
  const { program, daemon, waiting, blocking } = blocked;
  blocking.kill("SIGINT");
  const { code, stdout, stderr } = await blocking.result();
  assertEquals([code, stdout], [130, "blocking\n"]);
  assert(stderr.endsWith(wasEnded(daemon)), stderr);
  const other = await waiting.result();
  assertEquals([other.code, other.stdout], [69, "waiting\n"]);
  assertStringIncludes(other.stderr, "rude-program: Lost the connection to the daemon before");
  assert(!isAlive(daemon));
  assertEquals((await program.call(["calls"])).stdout, "1\n");
});

Deno.test("Ctrl+C twice does not wait for a daemon that is held up", async () => {
  await using blocked = await openBlocked(limits({ graceMs: 600_000 }));
  const { program, daemon, blocking } = blocked;
  blocking.kill("SIGINT");
  await blocking.waitForStderr(`The daemon (pid ${daemon}) does not react.`);
  assert(isAlive(daemon));
  blocking.kill("SIGINT");
  const { code, stderr } = await blocking.result();
  assertEquals(code, 130);
  assertStringIncludes(stderr, wasEnded(daemon));
  assertEquals((await program.call(["calls"])).stdout, "1\n");
});

Deno.test("a handler that holds up its daemon for longer than its time is ended with it", async () => {
  await using program = await openProgram(RUDE, {
    env: limits({ graceMs: 200, commandMs: 1_000 }),
  });
  const daemon = await program.pid();
  const { code, stdout, stderr } = await program.call(["block"]);
  assertEquals([code, stdout], [124, "blocking\n"]);
  const late = "rude-program: The command took too long and was ended\n";
  assert(stderr.endsWith(wasEnded(daemon) + late), stderr);
  assertEquals((await program.call(["calls"])).stdout, "1\n");
});

Deno.test("a daemon that was held up for too long is ended by its own clients, or by the next one", async () => {
  await using program = await openProgram(RUDE, {
    env: limits({ graceMs: 200, blockedMs: 2_000 }),
  });
  const first = await program.pid();
  await using blocking = program.start(["block"]);
  const { code, stderr } = await blocking.result();
  assertEquals(code, 69, stderr);
  assertStringIncludes(
    stderr,
    wasEnded(first) + "rude-program: The command was ended with its daemon\nhint: ",
  );
  const second = await program.pid();
  await using abandoned = program.start(["block"]);
  await abandoned.waitForStdout("blocking\n");
  abandoned.kill("SIGKILL");
  await abandoned.result();
  const next = await program.call(["calls"]);
  assertEquals([next.code, next.stdout], [0, "1\n"]);
  assert(next.stderr.endsWith(wasEnded(second)), next.stderr);
});

Deno.test("a daemon that somebody has stopped is not ended for it, and one that hears is not", async () => {
  await using program = await openProgram(RUDE, { env: limits({ graceMs: 300 }) });
  const { box, call, pid, start } = program;
  const daemon = await pid();
  const file = `${box.root}/end`;
  for (const isStopped of [false, true]) {
    await using client = start(["wait", file]);
    await client.waitForStdout("waiting\n");
    if (isStopped) Deno.kill(daemon, "SIGSTOP");
    client.kill("SIGINT");
    const { code, stderr } = await client.result();
    if (isStopped) Deno.kill(daemon, "SIGCONT");
    assertEquals([code, stderr], [130, ""]);
    await eventually("it was cancelled", () => Deno.readTextFileSync(file) === "cancelled");
    await Deno.remove(file);
  }
  assertEquals(await pid(), daemon);
  assertEquals((await call(["calls"])).stdout, "5\n");
});

Deno.test("a daemon that is held up is ended when it is asked to stop, and who waits is told of that", async () => {
  await using blocked = await openBlocked(limits({}));
  const { program, daemon } = blocked;
  await using next = program.start(["pieces", "2"]);
  await next.waitForStderr("does not answer yet; rude-program --daemon stop ends it\n");
  const stopped = await program.call(["--daemon", "stop"]);
  assertEquals(stopped.stdout, 'The daemon "default" did not answer, and was ended\n');
  assert(!isAlive(daemon));
  const { code, stdout } = await next.result();
  assertEquals([code, stdout], [0, "2\n1\n"]);
  assertEquals((await program.call(["calls"])).stdout, "2\n");
});
