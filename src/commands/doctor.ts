import { messageOf } from "../base/app_error.ts";
import { AppError } from "../base/app_error.ts";
import { escapeLabel } from "../base/terminal_text.ts";
import type { Command, CommandContext } from "./frame/command.ts";
import type { DoctorCheck, Finding } from "./doctor/doctor_check.ts";
import { DOCTOR_CHECKS } from "./doctor/doctor_checks.ts";
import { expectNoOperands } from "./frame/job_operands.ts";
import { livingContext } from "./frame/living_context.ts";
import { paint, type Tone } from "./output/style.ts";
import { writeJson, writeLines } from "./frame/write.ts";

/** A finding with the check it is of, after what was done about it. */
interface Reported {
  readonly check: string;
  readonly finding: Finding;
  /** What `--fix` did. */
  readonly fixed: string | undefined;
}

/** `imp doctor`: is all in order, and what to do when it is not. */
export const command: Command = {
  usage: ["doctor [--fix]"],
  description: "Checks directories and their permissions, locks, sockets, settings, leftovers, " +
    "processes of jobs that are no more, the service, limits and the file system. Starts nothing; " +
    "changes nothing without --fix.",
  flags: [{ name: "fix", summary: "Put right what can be" }],
  examples: [
    { command: "imp doctor", what: "when something is odd" },
    { command: "imp doctor --fix", what: "and put it right" },
  ],
  output: "A line a check: what was looked at and what was found. With --json " +
    '{"findings":[{"check","level","text","hint","fixed"}]}, level being "ok", "warning" or "problem".',
  exitCodes: { 0: "no problem, or none any more", 1: "there is a problem", 2: "wrong usage" },
  async run(given, args) {
    expectNoOperands(args, "doctor");
    const ctx = await livingContext(given);
    const reported: Reported[] = [];
    for (const check of DOCTOR_CHECKS) {
      for (const finding of await look(ctx, check)) {
        const fixed = args.has("fix") && finding.fix ? await fix(finding) : undefined;
        reported.push({ check: check.name, finding, fixed });
      }
    }
    if (ctx.json) await writeJson(ctx, { findings: reported.map(toJson) });
    else await writeLines(ctx, reported.filter(isShown(ctx)).flatMap((each) => render(ctx, each)));
    return reported.some(isBad) ? 1 : 0;
  },
};

async function look(ctx: CommandContext, check: DoctorCheck): Promise<Finding[]> {
  try {
    return await check.look(ctx);
  } catch (error) {
    const hint = error instanceof AppError ? error.hint : undefined;
    return [{ level: "problem", text: messageOf(error), hint }];
  }
}

async function fix(finding: Finding): Promise<string> {
  try {
    return await finding.fix!();
  } catch (error) {
    return `could not be put right: ${messageOf(error)}`;
  }
}

function isBad({ finding, fixed }: Reported): boolean {
  return finding.level === "problem" && (fixed === undefined || fixed.startsWith("could not"));
}

function isShown(ctx: CommandContext): (reported: Reported) => boolean {
  return ({ finding }) => !ctx.quiet || finding.level !== "ok";
}

const TONES: Readonly<Record<Finding["level"], Tone>> = {
  ok: "good",
  warning: "warn",
  problem: "bad",
};

function render(ctx: CommandContext, { check, finding, fixed }: Reported): string[] {
  const level = paint(finding.level.padEnd(7), TONES[finding.level], ctx.color);
  const advice = fixed ?? (finding.fix ? `${finding.hint ?? "imp doctor --fix"}` : finding.hint);
  return [
    `${level}  ${check.padEnd(11)}  ${escapeLabel(finding.text)}`,
    ...(advice === undefined
      ? []
      : [`${" ".repeat(22)}${fixed ? "fixed: " : ""}${escapeLabel(advice)}`]),
  ];
}

function toJson({ check, finding: { level, text, hint }, fixed }: Reported) {
  return { check, level, text, hint: hint ?? null, fixed: fixed ?? null };
}
