import { literalForSystemd } from "../../base/systemd_word.ts";
import type { ExportableJob, ExportableProject } from "./exportable.ts";
import { systemdCalendar } from "./systemd_calendar.ts";

/** The timer of a job with a schedule, for a unit of the same name (systemd.timer(5)); undefined for what it cannot say. */
export function systemdTimer(
  job: ExportableJob,
  { project, target }: { project: ExportableProject; target: string },
): string | undefined {
  const { name, schedule } = job;
  const times = schedule && timesOf(schedule);
  if (times === undefined) return undefined;
  return [
    `# Written by \`imp export systemd\` from ${project.file}, job ${name}.`,
    "[Unit]",
    `Description=${literalForSystemd(`When ${name} of ${project.name} is started`)}`,
    `PartOf=${target}`,
    "",
    "[Timer]",
    ...times,
    // Otherwise it may be a minute late.
    "AccuracySec=1s",
    "",
    "[Install]",
    `WantedBy=${target}`,
    "",
  ].join("\n");
}

function timesOf(
  { cron, every_ms, timezone }: NonNullable<ExportableJob["schedule"]>,
): string[] | undefined {
  if (every_ms !== undefined) {
    const span = every_ms % 1_000 === 0 ? String(every_ms / 1_000) : `${every_ms}ms`;
    return [`OnActiveSec=${span}`, `OnUnitActiveSec=${span}`];
  }
  const calendar = systemdCalendar(cron ?? "", timezone);
  return calendar === undefined ? undefined : [`OnCalendar=${calendar}`];
}
