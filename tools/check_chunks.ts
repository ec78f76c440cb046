/**
 * `deno task check-chunks [DIR]`: bundles the source (or takes the bundle in DIR) and looks at what its chunks load.
 * `deno task check-chunks --merge DIR`: merges the chunks in DIR, which is the last step of bundling.
 */
import { join } from "@std/path";
import { toBuildStamp } from "../src/base/version.ts";
import { bundle, merge, stageSource } from "./bundle.ts";
import { checkChunks, describeChunks } from "./chunk_graph.ts";

if (import.meta.main) {
  const [word, dir] = Deno.args;
  Deno.exit(word === "--merge" && dir !== undefined ? await runMerge(dir) : await runCheck(word));
}

async function runMerge(dir: string): Promise<number> {
  await merge(dir);
  console.log(describeChunks(dir));
  return 0;
}

async function runCheck(given: string | undefined): Promise<number> {
  const work = await Deno.makeTempDir({ prefix: "imp-chunks-" });
  try {
    if (given === undefined) {
      console.log(await bundleIn(work));
      return 0;
    }
    const wrong = checkChunks(given);
    if (wrong.length === 0) console.log(describeChunks(given));
    for (const line of wrong) console.error(line);
    return wrong.length === 0 ? 0 : 1;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

async function bundleIn(work: string): Promise<string> {
  const stage = join(work, "stage");
  const options = { stamp: toBuildStamp(Date.now()), minify: false };
  await stageSource(stage, options);
  return await bundle(stage, join(work, "chunks"), options);
}
