/// <reference lib="deno.worker" />
import { keepWithin } from "../bound.ts";

/** Writes `lines` numbered lines as fast as it can and keeps the file within `maxBytes` all the while, in a thread. */
export interface WriterTask {
  path: string;
  basePath: string;
  lines: number;
  maxBytes: number;
}

const encoder = new TextEncoder();

self.onmessage = ({ data }: MessageEvent<WriterTask>) => {
  const { path, basePath, lines, maxBytes } = data;
  let cuts = 0;
  {
    using file = Deno.openSync(path, { append: true, create: true });
    for (let line = 0; line < lines; line++) {
      file.writeSync(encoder.encode(`${line} ${"x".repeat(line % 60)}\n`));
      if (line % 500 !== 0) continue;
      if (keepWithin({ path, basePath }, maxBytes).outcome === "cut") cuts++;
    }
  }
  self.postMessage(cuts);
};
