import { assertEquals } from "@std/assert";
import { eventually } from "../../../tests/support/eventually.ts";
import { FakeChangeSource } from "../../../tests/support/fake_change_source.ts";
import { FakeClock } from "../../../tests/support/fake_clock.ts";
import { openLibc } from "../libc.ts";
import type { ChangeSource, DirectoryChange } from "./change_source.ts";
import { DirectoryEvents } from "./directory_events.ts";
import { InotifySource } from "./inotify_source.ts";
import { SubtreeSource } from "./subtree_source.ts";

// Stays open for good.
openLibc();

const IS_LINUX = Deno.build.os === "linux";

const SOURCES: Readonly<Record<string, () => ChangeSource>> = {
  ...IS_LINUX && { InotifySource: () => InotifySource.open() as InotifySource },
  SubtreeSource: () => new SubtreeSource(),
};

function toText({ name, isGone, isDirectory }: DirectoryChange): string {
  return `${name}${isDirectory ? "/" : ""}${isGone ? " gone" : ""}`;
}

for (const [name, openSource] of Object.entries(SOURCES)) {
  Deno.test({
    name:
      `DirectoryEvents by ${name} tells of what is in a directory, by name, and not of what is below`,
    // Its thread ends a moment after it was told to.
    sanitizeOps: false,
    fn: () => tellAll(openSource),
  });
}

async function tellAll(openSource: () => ChangeSource): Promise<void> {
  const root = Deno.realPathSync(Deno.makeTempDirSync());
  Deno.mkdirSync(`${root}/a/b`, { recursive: true });
  const events = new DirectoryEvents({ openSource });
  const told = new Set<string>();
  const listener = {
    onChange: (change: DirectoryChange) => void told.add(toText(change)),
    onMissed: () => {},
  };
  const watches = [`${root}/a`, `${root}/a`].map((path) => events.watch(path, listener));
  const isTold = (text: string) => eventually(text, () => told.has(text));
  try {
    assertEquals(events.watch(`${root}/none`, listener), "gone");
    Deno.writeTextFileSync(`${root}/a/b/unseen`, "");
    Deno.writeTextFileSync(`${root}/unseen`, "");
    Deno.writeTextFileSync(`${root}/a/new`, "");
    await isTold("new");
    Deno.renameSync(`${root}/a/new`, `${root}/a/other`);
    await isTold("new gone");
    await isTold("other");
    told.clear();
    Deno.utimeSync(`${root}/a/other`, 1, 1);
    await isTold("other");
    Deno.mkdirSync(`${root}/a/c`);
    await isTold("c/");
    Deno.removeSync(`${root}/a`, { recursive: true });
    await isTold("/ gone");
    assertEquals([...told].filter((text) => text.includes("unseen")), []);
  } finally {
    for (const watch of watches) if (typeof watch !== "string") watch[Symbol.dispose]();
    events[Symbol.dispose]();
    Deno.removeSync(root, { recursive: true });
  }
}

Deno.test({
  name: "InotifySource tells one directory by both of its paths, and lets no other wait for a FIFO",
  ignore: !IS_LINUX,
  fn: async () => {
    const root = Deno.makeTempDirSync();
    Deno.mkdirSync(`${root}/real`);
    Deno.symlinkSync("real", `${root}/link`);
    const source = InotifySource.open() as InotifySource;
    source.add(`${root}/real`);
    source.add(`${root}/link`);
    await new Deno.Command("mkfifo", { args: [`${root}/real/fifo`] }).output();
    const changes = await source.read();
    assertEquals(
      changes,
      [`${root}/real`, `${root}/link`].map((directory) => ({
        ...{ directory, name: "fifo", isDirectory: false, isGone: false },
      })),
    );
    source.remove(`${root}/real`);
    Deno.writeTextFileSync(`${root}/real/file`, "");
    const [first] = await source.read() ?? [];
    assertEquals(first === "overflow" ? first : first?.directory, `${root}/link`);
    const last = source.read();
    source.close();
    assertEquals(await last, undefined);
    Deno.removeSync(root, { recursive: true });
  },
});

Deno.test("DirectoryEvents opens a source when somebody asks, and closes it when nobody does", async () => {
  const clock = new FakeClock();
  const source = new FakeChangeSource();
  let opened = 0;
  const openSource = () => {
    opened++;
    return source;
  };
  const events = new DirectoryEvents({ clock, openSource });
  assertEquals(opened, 0);
  const told: string[] = [];
  const listener = (name: string) => ({
    onChange: (change: DirectoryChange) => void told.push(`${name} ${change.name}`),
    onMissed: () => void told.push(`${name} missed`),
  });
  const one = events.watch("/p", listener("one")) as Disposable;
  const other = events.watch("/p", listener("other")) as Disposable;
  source.change("/p/a", "/q/b");
  await clock.advance(20);
  one[Symbol.dispose]();
  source.change("/p/c");
  source.tell("overflow");
  await clock.advance(20);
  assertEquals(told, ["one a", "other a", "other c", "other missed"]);
  assertEquals([opened, [...source.watched]], [1, ["/p"]]);
  other[Symbol.dispose]();
  await clock.advance(20);
  assertEquals([[...source.watched], clock.pending], [[], 0]);
});
