import { AppError } from "../../base/app_error.ts";
import { PROJECT_FILE_NAMES } from "../../platform/paths.ts";
import { targetKindOf } from "../../platform/read_regular_file.ts";

/** Nobody's project file is written over. @throws AppError `project.exists` */
export function expectNoProject(dir: string, hint = "Edit it, or move it away"): void {
  const found = PROJECT_FILE_NAMES.find((name) => targetKindOf(`${dir}/${name}`) !== "absent");
  if (found === undefined) return;
  throw new AppError("project.exists", `There is already ${dir}/${found}`, { hint });
}
