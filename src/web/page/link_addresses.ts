/// <reference lib="dom" />
import { element } from "./element.ts";

const ADDRESS = /https?:\/\/[^\s,()]+/g;

/** A text whose addresses of the web lead there; all else stays text. */
export function linkAddresses(text: string): (Node | string)[] {
  const nodes: (Node | string)[] = [];
  let at = 0;
  for (const { 0: href, index } of text.matchAll(ADDRESS)) {
    const attributes = { href, target: "_blank", rel: "noopener noreferrer" };
    nodes.push(text.slice(at, index), element("a", { attributes }, href));
    at = index + href.length;
  }
  nodes.push(text.slice(at));
  return nodes.filter((node) => node !== "");
}
