/** The page in a real browser. */
/// <reference lib="dom" />
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { openBox } from "../support/box.ts";
import { FOREIGN_NAME, HAS_CHROMIUM, openChromium } from "../support/chromium.ts";
import { killDaemon } from "../support/daemon_pid.ts";
import { eventually } from "../support/eventually.ts";

const MARKUP = "<script>document.title='hacked'</script><img src=x onerror=alert(1)>";

/** The texts of elements, as they are seen. */
async function textsOf(page: Page, selector: string): Promise<string[]> {
  return await page.locator(selector).allInnerTexts();
}

/** Waits until the text of an element matches. */
async function see(page: Page, selector: string, pattern: RegExp): Promise<void> {
  await eventually(
    `${selector} shows ${pattern}`,
    async () => pattern.test((await textsOf(page, selector)).join("\n")),
    { explain: async () => (await page.locator("body").innerText()).slice(0, 2_000) },
  );
}

Deno.test({
  name:
    "G4 a user does everything on the page by keys, in any width and light, and markup does nothing (needs chromium)",
  ignore: !HAS_CHROMIUM,
  // What Chromium's driver leaves open ends with the process.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    await using box = await openBox();
    const print = `printf '\\033[31mred\\033[0m plain\\n%s\\n' "$1"; seq 1 40; exec sleep 1000`;
    const add = (name: string) =>
      box.impOk(["add", "--name", name, "--description", MARKUP, "--", "sh", "-c", print, MARKUP]);
    await add("api");
    await box.impOk(["add", "--name", "worker", "--", "sh", "-c", print, "worker", MARKUP]);
    await box.imp(["run", "-q", "--name", "broken", "--", "sh", "-c", "exit 3"]);
    await using web = box.startImp(["web"]);
    const url = (await web.waitForStdout(/^http.*\n/)).trim();
    await using chromium = await openChromium(box);
    const { page, errors } = await chromium.newPage();
    await page.goto(url);
    await see(page, ".jobs .name", /^api\nworker\nbroken$/);
    assertEquals(new URL(page.url()).hash, "", "the token does not stay in the address");

    await useKeys(page);
    await killDaemon(box);
    await see(page, ".link", /reconnecting/);
    await eventually("the link is back", async () => !await page.locator(".link").isVisible());
    await see(page, ".facts", /running.*run 3/);

    await page.setViewportSize({ width: 320, height: 640 });
    const overflow = () => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return scrollWidth - clientWidth;
    };
    await eventually("nothing is wider than 320", async () => await page.evaluate(overflow) <= 0);
    const backOf = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await backOf();
    await page.emulateMedia({ colorScheme: "dark" });
    assertNotEquals(await backOf(), light);
    assertNotEquals(await page.title(), "hacked");
    assertEquals(errors, []);

    await page.locator(".job", { hasText: "broken" }).click();
    await see(page, ".reason", /exit code 3|code 3/);
    const second = await chromium.newPage();
    await second.page.goto(url);
    await see(second.page, ".why", /This link was used already/);
    assert((await web.waitForStdout(/For another browser: http/)).includes("#"));
  },
});

Deno.test({
  name:
    "G3 another page in the same browser, and a name that points here, get nothing (needs chromium)",
  ignore: !HAS_CHROMIUM,
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    await using box = await openBox();
    await using web = box.startImp(["web"]);
    const { origin, port } = new URL((await web.waitForStdout(/^http.*\n/)).trim());
    await using chromium = await openChromium(box);
    const { page } = await chromium.newPage();
    await using other = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      () => new Response("<p>other", { headers: { "content-type": "text/html" } }),
    );
    await page.goto(`http://127.0.0.1:${other.addr.port}/`);
    const json = { "content-type": "application/json" };
    const asked = [{ headers: json }, { mode: "no-cors" }, { method: "GET" }] as RequestInit[];
    for (const init of asked) assertEquals(await page.evaluate(tryFetch, { origin, init }), "none");
    assertEquals(await page.evaluate(tryScript, `${origin}/page.js`), "none");
    const answer = await page.goto(`http://${FOREIGN_NAME}:${port}/`);
    assertEquals(answer?.status(), 421);
  },
});

/** What a page gets that asks for something of another one. */
async function tryFetch({ origin, init }: { origin: string; init: RequestInit }): Promise<string> {
  const body = init.method === "GET" ? {} : { method: "POST", body: "{}" };
  try {
    const answer = await fetch(`${origin}/api/projects`, { ...body, ...init });
    return `${answer.type} ${answer.status}`;
  } catch {
    return "none";
  }
}

/** The same for a script. */
function tryScript(url: string): Promise<string> {
  const script = document.createElement("script");
  script.src = url;
  const outcome = new Promise<string>((resolve) => {
    script.onload = () => resolve("loaded");
    script.onerror = () => resolve("none");
  });
  document.head.append(script);
  return outcome;
}

function focusedText(page: Page): Promise<string | null> {
  return page.evaluate(() => document.activeElement?.textContent ?? null);
}

/** Chooses, stops, starts, restarts, searches and looks back, without a mouse. */
async function useKeys(page: Page): Promise<void> {
  await page.keyboard.press("j");
  await see(page, "main h2", /^worker$/);
  await see(page, ".output", /red plain\n<script>[^]*\n40/);
  const red = await page.locator(".output .f1").first().evaluate((node) =>
    getComputedStyle(node).color
  );
  assertNotEquals(
    red,
    await page.locator(".output").evaluate((node) => getComputedStyle(node).color),
  );
  assertEquals(await page.locator(".output script, .output img, .about-job img").count(), 0);
  await page.waitForFunction(() => document.querySelectorAll("canvas").length === 2);

  await page.keyboard.press("s");
  await see(page, ".facts", /stopped/);
  await page.keyboard.press("s");
  await see(page, ".facts", /running.*run 2/);
  await page.keyboard.press("r");
  await see(page, ".facts", /running.*run 3/);
  await page.keyboard.press("/");
  await page.keyboard.type("^4");
  await page.keyboard.press("Enter");
  await see(page, ".note", /^2 lines match/);
  assertEquals(await textsOf(page, ".output .row"), ["4", "40"]);
  await page.keyboard.press("Escape");
  await see(page, ".output", /red plain/);
  await page.keyboard.press("Escape");
  await see(page, ".bar select", /run 2: stopped/);
  await page.keyboard.press("[");
  await eventually(
    "an earlier run is shown",
    async () => await page.locator(".bar select").inputValue() === "2",
  );
  await see(page, ".output", /red plain/);
  await page.keyboard.press("i");
  await see(page, ".details dl", /command\nsh -c/);
  const details = await page.locator(".details").innerText();
  for (const part of ["<script>", "environment", "directory"]) assert(details.includes(part), part);
  assertEquals(await page.locator(".details script, .details img").count(), 0);
  await see(page, ".details li", /^run 3\s*running[^]*\nrun 2\s*stopped \(SIGTERM\)[^]*\nrun 1/);
  await page.keyboard.press("j");
  await see(page, ".details h2", /^worker$/);
  for (let tabs = 0; await focusedText(page) !== "run 1"; tabs++) {
    assert(tabs < 20, "a run can be reached by Tab");
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("Enter");
  await eventually(
    "that run is shown",
    async () => await page.locator(".bar select").inputValue() === "1",
  );
  await page.keyboard.press("i");
  await page.keyboard.press("Escape");
  assertEquals(await page.locator("dialog[open]").count(), 0);
  await page.keyboard.press("?");
  await see(page, "dialog.help", /search in the output/);
  await page.keyboard.press("Escape");
}
