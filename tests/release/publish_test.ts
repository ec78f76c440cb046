/** tools/release/publish.sh against a gh and an npm that only write down what they are asked for. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { makeTestRelease, RELEASED, type TestRelease } from "../support/test_release.ts";

const SCRIPT = new URL("../../tools/release/publish.sh", import.meta.url).pathname;
const PACKAGES = ["darwin-arm64", "darwin-x64", "linux-arm64", "linux-x64", "imp"];

Deno.test("publish.sh has everything in its place before it points anybody there", async () => {
  await using release = await makeTestRelease();
  const { code, asked, words } = await publish(release, `v${RELEASED}`);
  assertEquals(code, 0, words);
  const steps = asked.filter((line) => !/ view |config get/.test(line));
  assertEquals(steps.map((line) => line.split(" ").slice(0, 3).join(" ")), [
    "gh release create",
    "gh release upload",
    ...PACKAGES.map(() => "npm publish --access"),
    "gh release edit",
  ]);
  assertStringIncludes(steps[0]!, `create v${RELEASED} --draft --verify-tag`);
  for (const name of release.list("assets")) assertStringIncludes(steps[1]!, `/assets/${name}`);
  assertEquals(steps.slice(2, -1).map((line) => line.split("/").at(-1)), PACKAGES);
  assertEquals(steps.at(-1), `gh release edit v${RELEASED} --draft=false --latest`);
});

Deno.test("publish.sh passes by what is there, when one that broke off is started again", async () => {
  await using release = await makeTestRelease();
  const { code, asked, words } = await publish(release, `v${RELEASED}`, { THERE: "1" });
  assertEquals(code, 0, words);
  assertEquals(asked.filter((line) => / create | publish /.test(line)), []);
  assertStringIncludes(words, `@imp/linux-x64@${RELEASED} is there\n`);
});

Deno.test("publish.sh makes nobody's newest of a version that is still being prepared", async () => {
  await using release = await makeTestRelease();
  const { asked } = await publish(release, "v1.0.0-rc.1");
  assertEquals(asked.filter((line) => line.includes("publish --access public")).length, 5);
  for (const line of asked.filter((each) => each.includes("publish"))) {
    assertStringIncludes(line, "--tag next");
  }
  assertEquals(
    asked.at(-1),
    "gh release edit v1.0.0-rc.1 --draft=false --prerelease --latest=false",
  );
});

Deno.test("publish.sh leaves npm out without a token, and leaves a draft when something fails", async () => {
  await using release = await makeTestRelease();
  const without = await publish(release, `v${RELEASED}`, { NPM_TOKEN: "" });
  assertEquals([without.code, without.asked.some((line) => line.startsWith("npm"))], [0, false]);
  assertStringIncludes(without.words, "No NPM_TOKEN: nothing is published on npm\n");
  const failed = await publish(release, `v${RELEASED}`, { FAILS: "publish" });
  assertEquals(failed.code, 1);
  assertEquals(failed.asked.filter((line) => line.includes("release edit")), []);
});

/** Writes down the call; `view` finds nothing unless THERE, and what begins with FAILS fails. */
const FAKE = `#!/bin/sh
echo "\${0##*/} $*" >>"$ASKED"
case "$*" in
  *view*) [ "\${THERE-}" ] ;;
  "config get registry") echo https://packages.test/ ;;
  publish*) [ "\${FAILS-}" != publish ] && grep -q '^//packages.test/:_authToken=\${NPM_TOKEN}$' "$NPM_CONFIG_USERCONFIG" ;;
esac
`;

async function publish(
  { dir }: TestRelease,
  tag: string,
  env: Record<string, string> = {},
): Promise<{ code: number; asked: string[]; words: string }> {
  await Deno.mkdir(`${dir}/fakes`, { recursive: true });
  for (const name of ["gh", "npm"]) {
    await Deno.writeTextFile(`${dir}/fakes/${name}`, FAKE, { mode: 0o755 });
  }
  await Deno.writeTextFile(`${dir}/asked`, "");
  const { code, stdout, stderr } = await new Deno.Command(SCRIPT, {
    args: [`${dir}/release`, tag],
    clearEnv: true,
    env: {
      PATH: `${dir}/fakes:/usr/bin:/bin`,
      ASKED: `${dir}/asked`,
      NPM_TOKEN: "secret",
      ...env,
    },
  }).output();
  const asked = (await Deno.readTextFile(`${dir}/asked`)).trim().split("\n");
  const words = [stdout, stderr].map((each) => new TextDecoder().decode(each)).join("");
  return { code, asked, words };
}
