import { literalForSystemd } from "../../base/systemd_word.ts";
import type { ExportableJob, ExportableProject } from "./exportable.ts";
import type { Exported, ExportedFile } from "./exported.ts";
import { LossList } from "./losses.ts";
import { safeNames } from "./safe_names.ts";
import { systemdService } from "./systemd_service.ts";
import { systemdTimer } from "./systemd_timer.ts";

/**
 * A user unit for each job, and a target that wants those that start by themselves; a group is a target, too. For systemd
 * 245 and later.
 */
export function exportSystemd(project: ExportableProject): Exported {
  const losses = new LossList();
  const names = safeNames(project.jobs, (name) => name.replace(/[^\w:.-]/g, "-"));
  const unitOf = (job: string) => `${project.name}-${names.get(job)}.service`;
  const target = `${project.name}.target`;
  const services = project.jobs.flatMap((job): ExportedFile[] => {
    const targets = [...isWanted(job) ? [target] : [], ...job.groups.map(groupTarget)];
    const timer = systemdTimer(job, { project, target });
    const hasTimer = timer !== undefined;
    const text = systemdService(job, { project, unitOf, target, targets, losses, hasTimer });
    const name = unitOf(job.name);
    return [
      { name, text },
      ...hasTimer ? [{ name: name.replace(/service$/, "timer"), text: timer }] : [],
    ];
  });
  const timers = services.map(({ name }) => name).filter((name) => name.endsWith(".timer"));
  function groupTarget(group: string): string {
    return `${project.name}-${group}.target`;
  }
  const unitsOf = (jobs: typeof project.jobs) => jobs.map(({ name }) => unitOf(name));
  const groups = [...new Set(project.jobs.flatMap((job) => job.groups))];
  const files: readonly [ExportedFile, ...ExportedFile[]] = [
    {
      name: target,
      text: targetText(project, project.name, [
        ...unitsOf(project.jobs.filter(isWanted)),
        ...timers,
      ]),
    },
    ...groups.map((group) => ({
      name: groupTarget(group),
      text: targetText(
        project,
        `${project.name}, ${group}`,
        unitsOf(project.jobs.filter((job) => job.groups.includes(group))),
      ),
    })),
    ...services,
  ];
  return { files, losses: losses.all };
}

function isWanted({ autostart, confirm, schedule }: ExportableJob): boolean {
  return autostart && !confirm && !schedule;
}

function targetText({ file }: ExportableProject, what: string, units: readonly string[]): string {
  return [
    `# Written by \`imp export systemd\` from ${file}.`,
    "[Unit]",
    `Description=Jobs of ${literalForSystemd(what)}`,
    ...units.length === 0 ? [] : [`Wants=${units.join(" ")}`],
    "",
    "[Install]",
    "WantedBy=default.target",
    "",
  ].join("\n");
}
