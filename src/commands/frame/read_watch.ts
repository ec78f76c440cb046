import { AppError } from "../../base/app_error.ts";
import type { FileWatch } from "../../protocol/file_watch.ts";

/** What the values of `--watch` mean. @throws AppError `usage.missing_value` */
export function readWatch(paths: readonly string[]): FileWatch {
  if (!paths.includes("")) return { paths: [...paths] };
  throw new AppError("usage.missing_value", "--watch needs a glob", {
    hint: "Write --watch 'src/**/*.ts', in quotes: the shell would put its own files in its place",
  });
}
