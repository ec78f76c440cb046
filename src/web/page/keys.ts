/// <reference lib="dom" />
import { element } from "./element.ts";

/** A key of the page, and what it does. */
export interface PageKey {
  readonly keys: readonly string[];
  readonly what: string;
  readonly run: () => void;
}

/** Has keys do what the table says, but where somebody types; the help is made of the same table. */
export function listenForKeys(keys: readonly PageKey[]): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
    const found = keys.find((each) => each.keys.includes(event.key));
    if (found === undefined || document.querySelector("dialog[open]") !== null) return;
    event.preventDefault();
    found.run();
  });
}

/** Keys belong to what has the focus first: to a field, and to what they scroll. */
function isTyping({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (["INPUT", "SELECT", "TEXTAREA"].includes(target.tagName)) return true;
  return key.startsWith("Arrow") && target.getAttribute("role") === "log";
}

/** The help, which Esc closes. */
export function createHelp(keys: readonly PageKey[]): HTMLDialogElement {
  const rows = keys.flatMap((key) => [
    element("dt", {}, ...key.keys.map((name) => element("kbd", {}, nameOf(name)))),
    element("dd", {}, key.what),
  ]);
  const dialog = element("dialog", { class: "help" });
  const close = element("button", {
    attributes: { type: "button", autofocus: "" },
    onClick: () => dialog.close(),
  }, "Close");
  dialog.append(element("h2", {}, "Keys"), element("dl", {}, ...rows), close);
  return dialog;
}

function nameOf(key: string): string {
  return { ArrowDown: "↓", ArrowUp: "↑" }[key] ?? key;
}
