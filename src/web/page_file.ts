/** A file of the page. */
export interface PageFile {
  readonly type: string;
  /** As gzip has it. */
  readonly packed: Uint8Array<ArrayBuffer>;
  unpack(): Promise<Uint8Array<ArrayBuffer>>;
}

/** What the page is made of; the script is bundled from `page/main.ts`. */
export const PAGE_PARTS = [
  { path: "/", source: "index.html", type: "text/html; charset=utf-8" },
  { path: "/page.css", source: "page.css", type: "text/css; charset=utf-8" },
  { path: "/icon.svg", source: "icon.svg", type: "image/svg+xml" },
  { path: "/page.js", source: "main.ts", type: "text/javascript; charset=utf-8" },
] as const;
