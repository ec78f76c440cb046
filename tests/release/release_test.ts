/** `deno task release`: everything that is published, out of one version number. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { COMMANDS } from "../../src/commands/index.ts";
import { areThere } from "../support/programs.ts";
import {
  makeTestRelease,
  RELEASED,
  succeed,
  type TestRelease,
  TRIPLES,
  wordsOf,
} from "../support/test_release.ts";

const IN_AN_ARCHIVE = [
  "LICENSE",
  "completions/_imp",
  "completions/imp.bash",
  "completions/imp.fish",
  "imp",
  "imp.1",
];

Deno.test("a dry run makes archives, sums, installer, packages, formula and notes for every system", async (t) => {
  const all = ["--dry-run", `--targets=${TRIPLES.join(",")}`, "--repository=someone/imp"];
  await using release = await makeTestRelease(all);
  assertEquals(release.code, 0, release.words);
  assertStringIncludes(release.words, `Made imp ${RELEASED} for ${TRIPLES.join(", ")}`);
  await t.step("archives", () => checkArchives(release));
  await t.step("sums", () => checkSums(release));
  await t.step("manual page", () => checkManPage(release));
  await t.step("formula", () => checkFormula(release));
  await t.step("packages for npm", () => checkPackages(release));
  await t.step("installer and notes", () => {
    assertStringIncludes(release.text("assets/install.sh"), "\nrepository=someone/imp\n");
    const changelog = Deno.readTextFileSync(new URL("../../CHANGELOG.md", import.meta.url));
    assertStringIncludes(changelog, release.text("notes.md").trim());
  });
});

async function checkArchives(release: TestRelease): Promise<void> {
  const endings = [".tar.gz", ...await areThere(["zstd"]) ? [".tar.zst"] : []];
  for (const triple of TRIPLES) {
    const stem = `imp-${RELEASED}-${triple}`;
    for (const ending of endings) {
      const path = `${release.dir}/release/assets/${stem}${ending}`;
      const unpack = ending === ".tar.gz" ? "gzip -dc" : "zstd -qdc";
      const listed = await succeed(["sh", "-c", `${unpack} "$1" | tar -tf -`, "sh", path]);
      assertEquals(listed.trim().split("\n"), IN_AN_ARCHIVE.map((name) => `${stem}/${name}`));
      await Deno.mkdir(`${release.dir}/${ending}`, { recursive: true });
      const script = `${unpack} "$1" | tar -xf - -C "$2" && "$2/$3/imp" unpacked`;
      const into = `${release.dir}/${ending}`;
      const ran = await succeed(["sh", "-c", script, "sh", path, into, stem]);
      assertEquals(ran, wordsOf(triple, "unpacked"));
    }
  }
}

/** With what people have to check them; an archive made twice is the same. */
async function checkSums(release: TestRelease): Promise<void> {
  const assets = `${release.dir}/release/assets`;
  if (await areThere(["sha256sum"])) {
    await succeed(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], { cwd: assets });
  }
  const named = release.text("assets/SHA256SUMS").trim().split("\n").map((line) => line.slice(66));
  assertEquals(named, release.list("assets").filter((name) => name !== "SHA256SUMS"));
  await using again = await makeTestRelease(["--dry-run", `--targets=${TRIPLES[0]}`]);
  const line = again.text("assets/SHA256SUMS").split("\n").find((each) => each.endsWith(".tar.gz"));
  assertStringIncludes(release.text("assets/SHA256SUMS"), line!);
}

async function checkManPage(release: TestRelease): Promise<void> {
  const path = `${release.dir}/.tar.gz/imp-${RELEASED}-${TRIPLES[0]}/imp.1`;
  const page = await Deno.readTextFile(path);
  for (const { name, hidden } of COMMANDS) {
    assertEquals(page.includes(`\n.SS "${name.replaceAll("-", "\\-")}"\n`), !hidden, name);
  }
  assertStringIncludes(page, `.TH IMP 1 "" "imp ${RELEASED}"`);
  if (!await areThere(["groff"])) return;
  const { stdout, stderr } = await new Deno.Command("groff", {
    args: ["-man", "-Tutf8", "-P-cbou", "-ww", "-K", "utf8", path],
  }).output();
  const [shown, complaints] = [stdout, stderr].map((each) => new TextDecoder().decode(each));
  assertEquals(complaints, "");
  assertStringIncludes(shown!, "imp run --name build");
}

function checkFormula(release: TestRelease): void {
  const formula = release.text("imp.rb");
  const sums = release.text("assets/SHA256SUMS");
  assertStringIncludes(formula, `version "${RELEASED}"`);
  for (const triple of TRIPLES) {
    const name = `imp-${RELEASED}-${triple}.tar.gz`;
    const sum = sums.split("\n").find((line) => line.endsWith(name))!.slice(0, 64);
    const place = `https://github.com/someone/imp/releases/download/v${RELEASED}`;
    assertStringIncludes(formula, `url "${place}/${name}"\n      sha256 "${sum}"\n`);
  }
  // Blocks are closed, and an archive is asked for what is in it.
  const opened = formula.match(/^ *(class|def|test|on_\w+)\b.*$/gm)!.length;
  assertEquals(formula.match(/^ *end$/gm)!.length, opened);
  const asked = [...formula.matchAll(/install "([^"]+)"/g)].map((match) => match[1]!);
  assertEquals(asked.toSorted(), IN_AN_ARCHIVE.filter((name) => name !== "LICENSE"));
}

function checkPackages(release: TestRelease): void {
  const platforms = ["darwin-arm64", "darwin-x64", "linux-arm64", "linux-x64"];
  assertEquals(release.list("npm"), ["imp", ...platforms].toSorted());
  const main = JSON.parse(release.text("npm/imp/package.json"));
  for (const name of release.list("npm")) {
    const manifest = JSON.parse(release.text(`npm/${name}/package.json`));
    assertEquals([manifest.scripts, manifest.version], [undefined, RELEASED], name);
    assertEquals(manifest.repository.url, "git+https://github.com/someone/imp.git");
    if (name === "imp") continue;
    assertEquals([`${manifest.os}-${manifest.cpu}`], [name]);
    assertEquals(main.optionalDependencies[manifest.name], RELEASED);
  }
  assertEquals(Object.keys(main.optionalDependencies).length, platforms.length);
  assertEquals(main.dependencies, undefined);
}

Deno.test("a release that is none is refused, with all that it lacks", async () => {
  await using release = await makeTestRelease([`--targets=${TRIPLES[0]}`]);
  assertEquals(release.code, 1);
  assertStringIncludes(release.words, "release: No repository is given: --repository OWNER/NAME\n");
  assertStringIncludes(release.words, `release: Nothing is made for ${TRIPLES[3]}\n`);
  assert(!release.words.includes("Made imp"), release.words);
});

Deno.test("deno task release refuses what it does not know", async () => {
  await using other = await makeTestRelease(["--dry-run", "--targets=sparc-sun-solaris"]);
  assertEquals(other.code, 2);
  assertStringIncludes(other.words, 'imp is not built for "sparc-sun-solaris", but for x86_64-');
  await using mistyped = await makeTestRelease(["--dry-rum"]);
  assertEquals(mistyped.code, 2);
  assertStringIncludes(mistyped.words, 'Not an option: "--dry-rum"');
});
