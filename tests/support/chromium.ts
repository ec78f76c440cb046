/** A real browser for tests. */
import { type Browser, chromium, type Page } from "playwright-core";
import { areThere } from "./programs.ts";
import type { Box } from "./box.ts";
import type { TestProcess } from "./process.ts";

/** Whether there is one. */
export const HAS_CHROMIUM = await areThere(["chromium"]);

/** A name of somebody else's that points here. */
export const FOREIGN_NAME = "elsewhere.example";

/** Opens one in a box; `await using` ends it. */
export async function openChromium(box: Box): Promise<Chromium> {
  const profile = `${box.root}/chromium`;
  const browser = box.start([
    ...["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
    ...["--no-first-run", "--disable-extensions", "--disable-background-networking"],
    `--host-resolver-rules=MAP ${FOREIGN_NAME} 127.0.0.1`,
    ...["--remote-debugging-port=0", `--user-data-dir=${profile}`, "about:blank"],
  ]);
  const text = await browser.waitForStderr(/DevTools listening on ws:\S+\n/);
  const address = /DevTools listening on (ws:\S+)/.exec(text)![1]!;
  // Else each page believes itself to be seen, whatever stands before it.
  return new Chromium(browser, await chromium.connectOverCDP(address, { noDefaults: true }));
}

/** See {@linkcode openChromium}. */
export class Chromium implements AsyncDisposable {
  readonly #process: TestProcess;
  readonly #browser: Browser;

  constructor(process: TestProcess, browser: Browser) {
    this.#process = process;
    this.#browser = browser;
  }

  /** A tab beside others: of all of them one is seen. */
  async newTab(): Promise<Page> {
    const [context] = this.#browser.contexts();
    return await context!.newPage();
  }

  /** A page of its own, with what went wrong on it. */
  async newPage(
    { width = 1_100, height = 760, colorScheme = "light" as "light" | "dark" } = {},
  ): Promise<{ page: Page; errors: string[] }> {
    const context = await this.#browser.newContext({ viewport: { width, height }, colorScheme });
    const page = await context.newPage();
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error") errors.push(message.text());
    });
    return { page, errors };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
    await this.#process[Symbol.asyncDispose]();
  }
}
