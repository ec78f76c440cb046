/** `imp upgrade` from a local server: nothing stops for it, and what is wrong changes nothing. */
import { assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { VERSION } from "../../src/base/version.ts";
import { openBox } from "../support/box.ts";
import { daemonPid } from "../support/daemon_pid.ts";
import { findImp } from "../support/imp_executable.ts";
import { type LocalRelease, serveReleases } from "../support/local_releases.ts";
import { openPageClient, type PageClient } from "../support/page_client.ts";
import { areThere } from "../support/programs.ts";
import { openTerminal, TERMINAL_TOOLS } from "../support/pty.ts";

const OLD = await findImp({ stamp: "20200101T000000.000Z", repository: "someone/imp" });
const NEW = await findImp({ stamp: "20990101T000000.000Z", version: "9.0.0" });
const TOOLS = ["tar", "gzip", "cmp", ...TERMINAL_TOOLS];
const canRun = OLD.kind === "compiled" && await areThere(TOOLS);
if (!canRun) console.warn("NOT RUN: an upgrade needs two compiled builds");

/** An old imp, installed in a box beside a server with a release. */
async function openWorld(release: Partial<LocalRelease> = {}) {
  const box = await openBox(OLD);
  const dir = `${box.root}/home/.local/bin`;
  await Deno.mkdir(dir, { recursive: true });
  await Deno.copyFile(OLD.command[0]!, `${dir}/imp`);
  const executable = NEW.command[0]!;
  const releases = await serveReleases(`${box.root}/tmp`, [
    { version: "9.0.0", executable, ...release },
  ]);
  return {
    box,
    dir,
    releases,
    installed: `${dir}/imp`,
    imp: (args: readonly string[], env: Record<string, string> = {}) =>
      box.run([`${dir}/imp`, ...args], { env: { IMP_RELEASES: releases.url, ...env } }),
    async [Symbol.asyncDispose]() {
      await releases[Symbol.asyncDispose]();
      await box[Symbol.asyncDispose]();
    },
  };
}

/** Counts until it is told that it is enough. */
const COUNTER =
  'i=0; until [ -e enough ]; do i=$((i + 1)); echo "line $i"; sleep 0.02; done; exit 5';

type World = Awaited<ReturnType<typeof openWorld>>;

Deno.test({
  name:
    "imp upgrade in the middle of a job, beside run, logs -f, the screen and a page: every byte, its exit code",
  ignore: !canRun,
  async fn() {
    await using world = await openWorld();
    const { box, installed, imp } = world;
    const job = ["--name", "counter", "--", "/bin/sh", "-c", COUNTER];
    await using run = box.start([installed, "run", ...job]);
    await run.waitForStdout("line 20\n");
    await using logs = box.start([installed, "logs", "-f", "-n", "1000", "counter"]);
    await logs.waitForStdout("line 20\n");
    await using screen = await openTerminal(box, `${installed} tui`, { columns: 100 });
    await screen.waitForScreen(/line 2\d/);
    await using page = await openPageClient(box, box.start([installed, "web", "--json"]));
    const paged = linesOfPage(page, (await show(world)).id);
    const before = await show(world);
    const old = await daemonPid(box);

    const looked = await imp(["upgrade", "--check"]);
    assertEquals(looked.stdout, `imp 9.0.0 is there, this is ${VERSION}: imp upgrade\n`);
    const { code, stdout, stderr } = await imp(["upgrade"]);
    assertEquals(code, 0, stderr);
    assertEquals(
      stdout,
      `Replaced imp ${VERSION} by 9.0.0 (its sum is right); 1 daemon went over, the jobs went on\n`,
    );
    const { version, pid } = JSON.parse((await imp(["ping", "--json"])).stdout);
    assertEquals(version, "9.0.0");
    assertNotEquals(pid, old);
    const after = await show(world);
    assertEquals([after.pid, after.run, after.status], [before.pid, 1, "running"]);

    const shown = Number(/line (\d+)(?!.*line )/s.exec(await screen.screen())?.[1]);
    await screen.waitForScreen(new RegExp(`line ${shown + 20}\\b`));
    await Deno.writeTextFile(`${box.project}/enough`, "");
    const followed = await run.result();
    const length = followed.stdout.split("\n").length - 1;
    const expected = Array.from({ length }, (_, index) => `line ${index + 1}\n`).join("");
    assertEquals([followed.code, followed.stdout], [5, expected]);
    await logs.waitForStdout(`line ${length}\n`);
    await screen.waitForScreen(new RegExp(`line ${length}\\b`));
    await screen.waitForScreen("exited with code 5");
    const lines = logs.stdout.text.split("\n").filter((line) => line.startsWith("line "));
    assertEquals(`${lines.join("\n")}\n`, expected);
    assertEquals(`${(await paged).join("\n")}\n`, expected);
    assertEquals([...Deno.readDirSync(world.dir)].map(({ name }) => name), ["imp"]);
    const again = await imp(["upgrade", "--json"]);
    assertEquals(JSON.parse(again.stdout).upgraded, false, again.stderr);
  },
});

/** What a page is sent of a job, from its first line to its end. */
async function linesOfPage(page: PageClient, job: string): Promise<string[]> {
  const project = (await page.get("projects", {})).daemon_id;
  const lines: string[] = [];
  for await (const line of page.lines("output", { project, job, lines: 1_000, follow: true })) {
    if (line.event === "ended") break;
    if (line.text?.startsWith("line ")) lines.push(line.text);
  }
  return lines;
}

/** What is wrong with a release, and what is said then. */
const WRONG: readonly {
  readonly what: string;
  readonly code: string;
  readonly says: string;
  readonly release?: (box: string) => Promise<Partial<LocalRelease>>;
  readonly args?: readonly string[];
  readonly env?: (box: string) => Promise<Record<string, string>>;
}[] = [
  {
    what: "a wrong sum",
    code: "upgrade.not_verified",
    says: "is not what SHA256SUMS says: cut off, or changed on the way",
    release: () => Promise.resolve({ spoil: flip }),
  },
  {
    what: "a download that is cut off",
    code: "upgrade.not_verified",
    says: "is not what SHA256SUMS says: cut off, or changed on the way",
    release: () => Promise.resolve({ spoil: (bytes) => bytes.subarray(0, bytes.length >> 1) }),
  },
  {
    what: "a program that is no imp",
    code: "upgrade.broken_build",
    says: "imp 9.0.0 does not say its version here (exit code 9: out of order)",
    release: (dir) => program(dir, "echo out of order >&2; exit 9"),
  },
  {
    what: "a file that cannot be executed",
    code: "upgrade.broken_build",
    says: "imp 9.0.0 does not say its version here (exit code 126",
    release: (dir) => program(dir, "", "\x7fELF"),
  },
  {
    what: "a build whose daemon does not start",
    code: "upgrade.broken_build",
    says: "imp 9.0.0 does not run a job here (exit code 69: ",
    env: () => Promise.resolve({ IMP_FAIL: "lock.taken:abort" }),
  },
  {
    what: "an archive that the repository's workflow did not build",
    code: "upgrade.not_verified",
    says: "was not built by the workflow of someone/imp: no attestations found",
    env: async (dir) => {
      const gh = '#!/bin/sh\n[ "$1" = auth ] || { echo no attestations found >&2; exit 1; }\n';
      await Deno.writeTextFile(`${dir}/gh`, gh, { mode: 0o755 });
      return { PATH: `${dir}:/usr/bin:/bin` };
    },
  },
  {
    what: "an older release",
    code: "upgrade.backwards",
    says: `imp 0.0.1 is older than this one (${VERSION})`,
    release: () => Promise.resolve({ version: "0.0.1" }),
  },
  {
    what: "a release that there is not",
    code: "upgrade.download_failed",
    says: "/download/v9.9.9/SHA256SUMS: the answer is 404",
    args: ["--to", "9.9.9"],
  },
];

for (const { what, code, says, release, args = [], env } of WRONG) {
  Deno.test({
    name: `F170 imp upgrade refuses ${what}, and the old one and its jobs go on`,
    ignore: !canRun,
    async fn() {
      const scratch = await Deno.makeTempDir();
      await using world = await openWorld(await release?.(scratch));
      await world.imp(["add", "--name", "counter", "--", "sleep", "1000000"]);
      const [before, daemon] = [await show(world), await daemonPid(world.box)];
      const result = await world.imp(["upgrade", "--json", ...args], await env?.(scratch));
      await Deno.remove(scratch, { recursive: true });
      assertEquals([result.code, result.stdout], [1, ""], result.stderr);
      const { error } = JSON.parse(result.stderr);
      assertEquals(error.code, code);
      assertStringIncludes(error.message, says);
      await assertAsBefore(world);
      assertEquals((await show(world)).pid, before.pid);
      assertEquals(await daemonPid(world.box), daemon);
    },
  });
}

Deno.test({
  name: "F170 imp upgrade to a build that works but cannot take these jobs over is taken back",
  ignore: !canRun,
  async fn() {
    await using world = await openWorld();
    await world.imp(["add", "--name", "counter", "--", "sleep", "1000000"]);
    const before = await show(world);
    // A daemon without jobs passes there, as the one on trial does.
    const result = await world.imp(["upgrade"], { IMP_FAIL: "adopt.after_job:error(EIO)" });
    assertEquals(result.code, 1, result.stdout);
    assertStringIncludes(result.stderr, "imp: The new build cannot take over daemon ");
    assertStringIncludes(result.stderr, "The old one is back in its place, and the jobs go on");
    await assertAsBefore(world);
    assertEquals((await show(world)).pid, before.pid);
    const { version } = JSON.parse((await world.imp(["ping", "--json"])).stdout);
    assertEquals(version, VERSION);
  },
});

Deno.test({
  name: "imp upgrade leaves what a package manager has installed to it, and names its command",
  ignore: !canRun,
  async fn() {
    await using world = await openWorld();
    const dir = `${world.box.root}/lib/node_modules/@imp/linux-x64/bin`;
    await Deno.mkdir(dir, { recursive: true });
    await Deno.rename(world.installed, `${dir}/imp`);
    await Deno.symlink(`${dir}/imp`, world.installed);
    const refused = await world.imp(["upgrade"]);
    assertEquals(refused.code, 1);
    assertStringIncludes(refused.stderr, "was installed by npm, which has to replace it");
    assertStringIncludes(refused.stderr, "Type `npm install --global @imp/imp@latest`");
    const looked = await world.imp(["upgrade", "--check"]);
    assertStringIncludes(looked.stdout, "imp 9.0.0 is there");
    assertStringIncludes(looked.stdout, ": npm install --global @imp/imp@latest\n");
  },
});

Deno.test("imp upgrade tells who runs it from source, or built it, why it cannot", async () => {
  await using box = await openBox();
  const { code, stderr } = await box.imp(["upgrade"]);
  assertEquals(code, 1);
  const isBuilt = box.executable.kind === "compiled";
  const why = isBuilt ? "This imp was built by hand: it knows no releases" : "runs from source";
  assertStringIncludes(stderr, why);
  const mistyped = await box.imp(["upgrade", "--to", "newest"], { env: { IMP_RELEASES: "x:" } });
  assertEquals(mistyped.code, 2);
  assertEquals((await box.imp(["upgrade", "now"])).code, 2);
});

/** The old one is where it was, with nothing beside it. */
async function assertAsBefore(world: World): Promise<void> {
  assertEquals([...Deno.readDirSync(world.dir)].map(({ name }) => name), ["imp"]);
  const { code } = await world.box.run(["cmp", world.installed, OLD.command[0]!]);
  assertEquals(code, 0, "it is another one");
  assertEquals([...Deno.readDirSync(`${world.box.root}/tmp`)].map(({ name }) => name), []);
}

// deno-lint-ignore no-explicit-any
async function show({ imp }: { imp: World["imp"] }): Promise<any> {
  return JSON.parse((await imp(["show", "counter", "--json"])).stdout);
}

function flip(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const spoilt = bytes.slice();
  spoilt[2_000]! ^= 1;
  return spoilt;
}

async function program(dir: string, script: string, head = "#!/bin/sh\n") {
  await Deno.writeTextFile(`${dir}/imp`, `${head}${script}\n`);
  return { executable: `${dir}/imp` };
}
