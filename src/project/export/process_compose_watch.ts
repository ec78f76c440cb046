import type { ExportableJob } from "./exportable.ts";
import type { LossList } from "./losses.ts";
import { withoutEmpty } from "./yaml_text.ts";

/** The files whose change has process-compose restart a job: directories, each with patterns from there. */
export function processComposeWatch(job: ExportableJob, losses: LossList) {
  const { watch } = job;
  if (!watch) return undefined;
  if (watch.do.action !== "restart") {
    losses.add(job, "watch", `do: ${watch.do.action}; it can only restart`);
    return undefined;
  }
  for (const glob of watch.paths) {
    const { include } = splitGlob(glob);
    if (include !== ALL && !include.includes("/")) {
      losses.add(job, "watch", `${glob}; files called so further down count, too`);
    }
  }
  const byDirectory = Map.groupBy(watch.paths.map(splitGlob), ({ path }) => path);
  return withoutEmpty({
    paths: [...byDirectory].map(([path, globs]) => {
      const include = globs.map((each) => each.include);
      return withoutEmpty({
        path,
        include: include.includes(ALL) ? [] : include,
        exclude: watch.ignore.flatMap((glob) => within(path, glob)),
      });
    }),
    debounce: watch.debounce_ms === 300 ? undefined : `${watch.debounce_ms}ms`,
  });
}

/** All that is below a directory. */
const ALL = "**";

/** A glob as it is from a directory below; none where it can match nothing there. */
function within(path: string, glob: string): string[] {
  if (path === "." || glob.startsWith("**/")) return [glob];
  return glob.startsWith(`${path}/`) ? [glob.slice(path.length + 1)] : [];
}

/** `src/**` and so on: the directory before what is a pattern. */
function splitGlob(glob: string): { path: string; include: string } {
  const parts = glob.split("/");
  const first = parts.findIndex((part) => /[*?[{!]/.test(part));
  const at = first < 0 ? parts.length - 1 : first;
  const path = parts.slice(0, at).join("/");
  return {
    path: path === "" && glob.startsWith("/") ? "/" : path || ".",
    include: parts.slice(at).join("/"),
  };
}
