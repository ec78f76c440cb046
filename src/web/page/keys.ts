/// <reference lib="dom" />
import { element } from "./element.ts";
import { type KeyName, listKeys, shownKey } from "./page_keys.ts";

/** What each key does. */
export type KeyActions = Readonly<Record<KeyName, () => void>>;

/** Has keys do it, but where somebody types. */
export function listenForKeys(actions: KeyActions): void {
  const keys = listKeys();
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
    const found = keys.find((each) => each.keys.includes(event.key));
    if (found === undefined || document.querySelector("dialog[open]") !== null) return;
    event.preventDefault();
    actions[found.name]();
  });
}

/** Keys belong to what has the focus first: to a field, and to what they scroll. */
function isTyping({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (["INPUT", "SELECT", "TEXTAREA"].includes(target.tagName)) return true;
  return key.startsWith("Arrow") && target.getAttribute("role") === "log";
}

/** The help, which Esc closes. */
export function createHelp(): HTMLDialogElement {
  const rows = listKeys().flatMap(({ keys, what }) => [
    element("dt", {}, ...keys.map((key) => element("kbd", {}, shownKey(key)))),
    element("dd", {}, what),
  ]);
  const dialog = element("dialog", { class: "help" });
  const close = element("button", {
    attributes: { type: "button", autofocus: "" },
    onClick: () => dialog.close(),
  }, "Close");
  dialog.append(element("h2", {}, "Keys"), element("dl", {}, ...rows), close);
  return dialog;
}
