/** FAULTS.md, group B: what surrounds a client: its descriptors, terminal, directory, words and environment. */
import { assert, assertEquals } from "@std/assert";
import { type Box, openBox } from "../support/box.ts";
import { daemonPid } from "../support/daemon_pid.ts";
import { eventually } from "../support/eventually.ts";
import { fixture } from "../support/fixtures.ts";
import { hasTools, isAlive } from "../support/process_facts.ts";
import { areThere } from "../support/programs.ts";
import { openTerminal, TERMINAL_TOOLS } from "../support/pty.ts";

const IS_LINUX = Deno.build.os === "linux";
const HAS_BASH = hasTools("bash");
if (!HAS_BASH) console.warn("NOT RUN: F44 needs bash, for other shells open no descriptor above 9");

/** What the descriptors of a process lead to. */
function descriptorsOf(pid: number): Map<string, string> {
  const names = [...Deno.readDirSync(`/proc/${pid}/fd`)].map(({ name }) => name);
  return new Map(names.sort().map((name) => [name, Deno.readLinkSync(`/proc/${pid}/fd/${name}`)]));
}

async function jobPid(box: Box, name: string): Promise<number> {
  return await eventually(
    "it has a pid",
    async () => (await box.impJson(["show", name])).pid ?? undefined,
  );
}

Deno.test("F42 a reader that goes away ends its client without a word", async () => {
  await using box = await openBox();
  await box.impOk(["add", "--name", "wordy", "--", "sh", "-c", "seq 1 100000; sleep 1000000"]);
  const { stdout, stderr } = await box.shell(
    "{ imp logs -f -n 100000 wordy; echo $? > code; } | head -1",
  );
  assertEquals([stdout.trim(), stderr], ["1", ""]);
  const code = await eventually(
    "the client has ended",
    () => Deno.readTextFileSync(`${box.project}/code`).trim() || undefined,
  );
  assert(["0", "141"].includes(code), code);
});

Deno.test({
  name: "F44 neither daemon nor job holds a descriptor of the client, whatever its number",
  ignore: !IS_LINUX || !HAS_BASH,
  async fn() {
    await using box = await openBox();
    const job = fixture("hold.sh").join(" ");
    // It would hang until its deadline if one of the four stayed open.
    const { code, stdout } = await box.run([
      "bash",
      "-c",
      `{ readlink /proc/self/fd/3 > which; imp add -q --name held -- ${job}; } 3>&1 9>&1 20>&1 255>&1 | cat`,
    ]);
    assertEquals([code, stdout.trim()], [0, (await box.impJson(["show", "held"])).id]);
    const held = await jobPid(box, "held");
    // The shell has its script open until it has become the command.
    await eventually("it holds nothing else", () => {
      assertEquals([...descriptorsOf(held).keys()], ["0", "1", "2"]);
      return true;
    });
    const pipe = (await Deno.readTextFile(`${box.project}/which`)).trim();
    assert(pipe.startsWith("pipe:"), pipe);
    assertEquals([...descriptorsOf(await daemonPid(box)).values()].includes(pipe), false);
  },
});

for (const closed of ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"]) {
  Deno.test(`F45 a client with ${closed} works, and starts a daemon that does`, async () => {
    await using box = await openBox();
    const { code } = await box.shell(
      `imp add --name held -- ${fixture("hold.sh").join(" ")} ${closed}`,
    );
    assertEquals(code, 0);
    assertEquals((await box.impJson(["show", "held"])).status, "running");
    if (!IS_LINUX) return;
    for (const pid of [await daemonPid(box), await jobPid(box, "held")]) {
      const descriptors = descriptorsOf(pid);
      // A socket or the store there would get what is printed.
      const standard = ["0", "1", "2"].map((fd) => descriptors.get(fd) ?? "closed");
      assert(
        standard.every((to) => /^\/dev\/null$|\.log$|^pipe:|\/std(out|err) \(deleted\)$/.test(to)),
        `${standard}`,
      );
    }
  });
}

Deno.test("F46 a client in a directory that was deleted, or whose name is no text, fails in words and harms nothing", async () => {
  await using box = await openBox();
  await box.impOk(["--daemon-id", "d", "add", "--name", "held", "--", ...fixture("hold.sh")]);
  const { pid } = await box.impJson(["--daemon-id", "d", "show", "held"]);
  for (const name of ["gone", "$(printf 'odd\\377')"]) {
    const gone = name === "gone" ? 'rmdir "$PWD"' : ":";
    const { code, stderr } = await box.shell(
      `d="${name}"; mkdir "$d" && cd "$d" && ${gone} && imp --daemon-id d list`,
    );
    assert(code !== 0 && code < 128, `${name}: ${code}`);
    assert(/directory|UTF-8|Unicode/i.test(stderr), `${name}: ${stderr}`);
  }
  assertEquals((await box.impJson(["--daemon-id", "d", "show", "held"])).pid, pid);
});

Deno.test("F47 words that are no text end imp before it begins; sh can make them inside the job", async () => {
  await using box = await openBox();
  const { code } = await box.shell("imp add -- echo \"$(printf 'a\\377')\"");
  assert(code !== 0, "it did something with a word that it cannot have read");
  const { stdout } = await box.imp(["run", "--", "sh", "-c", "printf 'a\\377' | od -An -tx1"]);
  assertEquals(stdout.trim(), "61 ff");
  assertEquals((await box.impJson(["list"])).jobs.length, 1);
});

Deno.test("F48 a variable that is no text is left out, and all others reach the job", async () => {
  await using box = await openBox();
  const { code, stdout, stderr } = await box.shell(
    "BAD=\"$(printf 'x\\377')\" GOOD=äöü imp run -- sh -c 'echo \"$GOOD/${BAD-none}\"'",
  );
  assertEquals([code, stdout], [0, "äöü/none\n"], stderr);
});

Deno.test("F51 imp can run itself, by whatever path", async () => {
  await using box = await openBox();
  const [program, ...rest] = box.executable.command;
  const { code, stdout } = await box.imp(["run", "--", program!, ...rest, "--version"]);
  assertEquals([code, stdout.startsWith("imp ")], [0, true], stdout);
});

Deno.test({
  name: "F81 a terminal that is closed takes its client along, and neither daemon nor job",
  ignore: !await areThere(TERMINAL_TOOLS),
  async fn() {
    await using box = await openBox();
    let client: number | undefined;
    {
      await using terminal = await openTerminal(
        box,
        `imp run --name web -- ${fixture("hold.sh").join(" ")}`,
      );
      await terminal.waitForScreen("READY");
      client = (await box.processes()).find(({ command }) => command.includes(" run --name web"))
        ?.pid;
    }
    await eventually("the client is gone", () => !isAlive(client!));
    const daemons = await box.daemons();
    assertEquals(daemons.map(({ pid }) => pid), [await daemonPid(box)]);
    assertEquals((await box.impJson(["show", "web"])).status, "running");
  },
});

Deno.test("F82 without a home, a PATH, a terminal or a name all the same works, as under cron", async () => {
  await using box = await openBox();
  const needed = ["XDG_RUNTIME_DIR", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "IMP_TEST_ID"];
  const kept = needed.map((name) => `${name}=${box.env[name]}`);
  const bare = ["/usr/bin/env", "-i", ...kept, ...box.executable.command];
  const { code, stdout, stderr } = await box.run([...bare, "run", "--", "sh", "-c", "echo $HOME."]);
  assertEquals([code, stdout], [0, ".\n"], stderr);
  assertEquals((await box.run([...bare, "list"])).code, 0);
});
