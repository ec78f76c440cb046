import { assertEquals, assertStringIncludes } from "@std/assert";
import { eventually } from "../../../tests/support/eventually.ts";
import { FakeChangeSource } from "../../../tests/support/fake_change_source.ts";
import { FakeClock } from "../../../tests/support/fake_clock.ts";
import { DirectoryEvents } from "../../platform/watching/directory_events.ts";
import { openLibc } from "../../platform/libc.ts";
import { systemClock } from "../../platform/system_clock.ts";
import { TreeWatch, type TreeWatchOptions } from "./tree_watch.ts";

// Stays open for good.
openLibc();

/** What watches sleeps on a thread of its own, which ends a moment after it was told to. */
function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, fn, sanitizeOps: false });
}

/** A directory of files whose changes are told. */
class Tree implements Disposable {
  readonly root = Deno.makeTempDirSync();
  readonly told = new Set<string | null>();
  readonly events = new DirectoryEvents();
  watch: TreeWatch | undefined;

  constructor(...files: string[]) {
    for (const file of files) this.write(file);
  }

  write(file: string, text = ""): void {
    const path = `${this.root}/${file}`;
    Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    Deno.writeTextFileSync(path, text);
  }

  async begin(paths: string[], how: Partial<TreeWatchOptions> = {}): Promise<TreeWatch> {
    const watch = this.watch = new TreeWatch({
      ...{ clock: systemClock, events: this.events, directory: this.root, paths, ignore: [] },
      mostDirectories: 100,
      onChange: (path) => void this.told.add(path?.slice(this.root.length + 1) ?? null),
      onNews: () => {},
      ...how,
    });
    watch.begin();
    await eventually("all was looked through", () => watch.directories !== null);
    return watch;
  }

  /** What is told when these files are written, the last of which is told for sure. */
  async change(...files: string[]): Promise<(string | null)[]> {
    this.told.clear();
    for (const file of files) this.write(file, "changed");
    await eventually(`${files.at(-1)} is told`, () => this.told.has(files.at(-1)!));
    return [...this.told];
  }

  [Symbol.dispose](): void {
    this.watch?.[Symbol.dispose]();
    this.events[Symbol.dispose]();
    Deno.removeSync(this.root, { recursive: true });
  }
}

test("TreeWatch tells of files that match, and of none that a .gitignore or everybody leaves out", async () => {
  using tree = new Tree("src/a.ts", "src/gen/b.ts", "node_modules/x/y/z.ts", "dist/out.ts");
  tree.write(".git/index.ts");
  tree.write(".gitignore", "dist/\n*.log.ts\n");
  tree.write("src/.gitignore", "/gen/\n!kept.log.ts\n");
  const watch = await tree.begin(["**/*.ts"], { ignore: ["*.test.ts"] });
  assertEquals([watch.directories, watch.problem], [2, null]);
  const silent = ["src/gen/b.ts", "node_modules/x/y/z.ts", "dist/out.ts", ".git/index.ts"];
  const told = await tree.change(...silent, "a.log.ts", "src/a.test.ts", "src/a.js", "src/a.ts");
  assertEquals(told, ["src/a.ts"]);
  assertEquals(await tree.change("src/kept.log.ts"), ["src/kept.log.ts"]);
});

test("TreeWatch watches what a glob names although it is ignored, and not what an ignored directory has beside", async () => {
  using tree = new Tree("dist/js/a.js", "dist/css/a.css", "node_modules/mine/a.js");
  tree.write(".gitignore", "dist\n");
  const watch = await tree.begin(["dist/js/*.js", "node_modules/mine/**"]);
  assertEquals(watch.directories, 2);
  assertEquals(await tree.change("dist/css/a.css", "dist/js/a.js"), ["dist/js/a.js"]);
  assertEquals(await tree.change("node_modules/mine/a.js"), ["node_modules/mine/a.js"]);
});

test("TreeWatch follows directories that come, go, are moved, and come back", async () => {
  using tree = new Tree("src/a.ts");
  const watch = await tree.begin(["src/**/*.ts"]);
  assertEquals(await tree.change("src/new/deep/b.ts"), ["src/new/deep/b.ts"]);
  await eventually("both are watched", () => watch.directories === 3);
  tree.told.clear();
  Deno.renameSync(`${tree.root}/src/new`, `${tree.root}/away`);
  await eventually("it is gone", () => tree.told.has("src/new") && watch.directories === 1);
  Deno.removeSync(`${tree.root}/src`, { recursive: true });
  await eventually("all is gone", () => tree.told.has("src/a.ts"));
  await eventually("its place is watched", () => watch.directories === 1);
  Deno.renameSync(`${tree.root}/away`, `${tree.root}/src`);
  await eventually("it is back", () => tree.told.has("src/deep/b.ts"));
  assertEquals(await tree.change("src/deep/b.ts"), ["src/deep/b.ts"]);
});

test("TreeWatch takes a .gitignore at its word when that changes", async () => {
  using tree = new Tree("src/a.ts", "src/gen/b.ts");
  const watch = await tree.begin(["src/**/*.ts"]);
  assertEquals(watch.directories, 2);
  tree.write("src/.gitignore", "gen\n");
  await eventually("one is left", () => watch.directories === 1);
  Deno.removeSync(`${tree.root}/src/.gitignore`);
  await eventually("both are there", () => watch.directories === 2);
});

test("TreeWatch goes in no circle of links, and says what it cannot watch", async () => {
  using tree = new Tree("src/a.ts");
  Deno.symlinkSync("..", `${tree.root}/src/loop`);
  for (let index = 0; index < 8; index++) tree.write(`src/${index}/a.ts`);
  const watch = await tree.begin(["src/**", "lib/*.c"], { mostDirectories: 4 });
  assertEquals(watch.directories, 4);
  assertStringIncludes(watch.problem!, "more than 4 directories");
  assertStringIncludes(watch.problem!, "nothing is there yet that matches lib/*.c");
});

test("E15 TreeWatch that gets no more watches of the system says so, and tries again later", async () => {
  using few = new Tree("src/a.ts");
  const clock = new FakeClock();
  let isRefused = true;
  const openSource = () => isRefused ? "limit" : new FakeChangeSource();
  const events = new DirectoryEvents({ clock, openSource });
  const watch = await few.begin(["src/*"], { clock, events });
  assertEquals(watch.directories, 0);
  assertStringIncludes(watch.problem!, "fs.inotify.max_user_watches");
  isRefused = false;
  await clock.advance(30_000);
  await eventually("all is well", () => watch.problem === null);
  assertEquals([watch.directories, clock.pending], [1, 0]);
});
