/** `web/page/` runs in the browser: it shows what `imp web` tells, and asks it for what the user wants. */
/// <reference lib="dom" />
import { App } from "./app.ts";
import { CallError, Connection } from "./connection.ts";
import { element } from "./element.ts";

async function start(): Promise<void> {
  const connection = new Connection();
  const leave = (error: unknown) => showWhy(error);
  try {
    await connection.login();
  } catch (error) {
    return leave(error);
  }
  const app = new App(connection, leave);
  document.body.replaceChildren(app.root);
  await app.start();
}

/** The page is of no use: says why, and what helps. */
function showWhy(error: unknown): void {
  const isKnown = error instanceof CallError;
  const words = isKnown ? error.message : "imp web does not answer. Start it again: imp web";
  document.body.replaceChildren(
    element("main", { class: "why" }, element("h1", {}, "imp"), element("p", {}, words)),
  );
}

void start();
