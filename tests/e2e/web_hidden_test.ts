/** The page in a tab that is not seen, in a real browser. */
/// <reference lib="dom" />
import { assert, assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { type Box, openBox } from "../support/box.ts";
import { HAS_CHROMIUM, openChromium } from "../support/chromium.ts";
import { eventually } from "../support/eventually.ts";

const isHidden = (page: Page) => page.evaluate(() => document.hidden);

/** Writes a line for each that the test writes into its pipe. */
async function addEcho(box: Box): Promise<(line: string) => Promise<void>> {
  const fifo = `${box.root}/fifo`;
  await box.run(["mkfifo", fifo]);
  const script = 'seq 1 200; while read -r line; do echo "$line"; done <>"$0"';
  await box.impOk(["add", "-q", "--name", "api", "--", "sh", "-c", script, fifo]);
  await box.impOk(["wait", "--output", "^200$", "api"]);
  return async (line) => {
    await Deno.writeTextFile(fifo, `${line}\n`);
    await box.impOk(["wait", "--output", `^${line}$`, "api"]);
  };
}

Deno.test({
  name: "a tab that is not seen holds nothing open, and catches up when it is (needs chromium)",
  ignore: !HAS_CHROMIUM,
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    await using box = await openBox();
    const write = await addEcho(box);
    await using web = box.startImp(["web"]);
    const url = (await web.waitForStdout(/^http.*\n/)).trim();
    await using chromium = await openChromium(box);
    const page = await chromium.newTab();
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(String(error)));
    await page.goto(url);
    const last = () => page.locator(".output .row").last().innerText();
    await eventually("the output is there", async () => await last() === "200");
    const connections = async () => (await box.impJson(["status"])).daemon.clients;
    assert(await connections() > 1);

    const other = await chromium.newTab();
    await other.bringToFront();
    await eventually("it is hidden", () => isHidden(page));
    // One is that of who asks.
    await eventually("its connections are gone", async () => await connections() === 1);
    await write("while hidden");
    await box.impOk(["add", "-q", "--name", "late", "--", "sleep", "1000"]);
    assertEquals(await last(), "200");
    await page.bringToFront();
    await eventually("the output is caught up", async () => await last() === "while hidden");
    const names = () => page.locator(".jobs .name").allInnerTexts();
    await eventually("the new job is there", async () => (await names()).includes("late"));
    const events = await page.locator(".events li b").allTextContents();
    assert(events.includes("late"), events.join());

    await page.keyboard.press("g");
    const top = () => page.locator(".output").evaluate((node) => node.scrollTop);
    assertEquals(await top(), 0);
    await other.bringToFront();
    await eventually("it is hidden", () => isHidden(page));
    await write("later");
    await page.bringToFront();
    await eventually(
      "it tells what to do",
      async () => (await page.locator(".printed .note").innerText()).includes("Follow (f)"),
    );
    assertEquals([await top(), await last()], [0, "while hidden"]);
    await page.keyboard.press("f");
    await eventually("the output is caught up", async () => await last() === "later");

    const next = await web.waitForStdout(/For another browser: \S+\n/);
    const behind = await chromium.newTab();
    await other.bringToFront();
    await behind.goto(/For another browser: (\S+)\n/.exec(next)![1]!);
    await behind.locator(".page").waitFor();
    assert(await isHidden(behind));
    await eventually("nothing is open", async () => await connections() === 1);
    assertEquals(await behind.locator(".job").count(), 0);
    await behind.bringToFront();
    await behind.locator(".job").first().waitFor();
    assertEquals(errors, []);
  },
});
