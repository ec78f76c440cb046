import { durationText } from "./duration_text.ts";
import { literal } from "./marked_text.ts";
import type { SourceTable } from "./source_table.ts";
import type { WrittenJob } from "./written_job.ts";

/** What `watch` says, which is true for all files, or paths; with what is said beside it. */
export function readWatch(
  table: SourceTable,
  keys: { readonly ignore: string; readonly delay: string },
): WrittenJob["watch"] {
  const given = table.take("watch");
  const isAll = given === true || given === "true";
  const isNone = given === undefined || given === false || given === "false";
  const paths = isAll ? ["**"] : isNone ? [] : table.texts("watch") ?? [];
  if (paths.length === 0) {
    table.pass(keys.ignore, keys.delay);
    return undefined;
  }
  const ignore = table.texts(keys.ignore);
  const delay = table.number(keys.delay);
  return {
    paths: paths.map(toGlob),
    ...ignore === undefined ? {} : { ignore: ignore.map(toGlob) },
    ...delay === undefined ? {} : { debounce: durationText(delay) },
  };
}

/** A directory means all that is in it, there as here. */
function toGlob(path: string): string {
  const plain = literal(path.replace(/^\.\//, "").replace(/\/+$/, ""));
  return plain === "" || plain === "." ? "**" : plain;
}
