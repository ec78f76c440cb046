const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const NICKNAMES: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

/**
 * What `OnCalendar=` says where cron says this (systemd.time(7)); undefined for what it cannot say: either a day of the
 * month or one of the week, the last day, and the like.
 */
export function systemdCalendar(cron: string, timezone?: string): string | undefined {
  const fields = (NICKNAMES[cron] ?? cron).split(/\s+/);
  const [second = "", minute = "", hour = "", day = "", month = "", weekday = ""] =
    fields.length === 5 ? ["0", ...fields] : fields;
  if (!isAny(day) && !isAny(weekday)) return undefined;
  const parts = [
    ...[second, minute, hour].map((field) => calendarField(field, 0)),
    calendarField(day, 1),
    calendarField(monthNumbers(month), 1),
  ];
  const days = isAny(weekday) ? [] : weekdays(weekday);
  if (parts.includes(undefined) || days === undefined) return undefined;
  const [seconds, minutes, hours, dayOfMonth, months] = parts;
  return [
    ...days.length > 0 ? [days.join(",")] : [],
    `*-${months}-${dayOfMonth} ${hours}:${minutes}:${seconds}`,
    ...timezone === undefined ? [] : [timezone],
  ].join(" ");
}

function isAny(field: string): boolean {
  return field === "*" || field === "?";
}

/** A list of numbers, ranges and steps. */
function calendarField(field: string, first: number): string | undefined {
  if (isAny(field)) return "*";
  const items = field.split(",").map((item) => {
    const [, from, to, step] = /^(\*|\d+)(?:-(\d+))?(?:\/(\d+))?$/.exec(item) ?? [];
    if (from === undefined || (from === "*" && step === undefined)) return undefined;
    const start = from === "*" ? String(first) : from;
    return `${start}${to === undefined ? "" : `..${to}`}${step === undefined ? "" : `/${step}`}`;
  });
  return items.includes(undefined) ? undefined : items.join(",");
}

function monthNumbers(field: string): string {
  return field.replace(/[A-Z]{3}/gi, (word) => {
    const at = MONTHS.indexOf(word.toUpperCase());
    return at < 0 ? word : String(at + 1);
  });
}

/** The names of days, each by itself: a week begins on another day there. */
function weekdays(field: string): string[] | undefined {
  const numbers = field.replace(/[A-Z]{3}/gi, (word) => {
    const at = DAYS.findIndex((each) => each.toUpperCase() === word.toUpperCase());
    return at < 0 ? word : String(at);
  });
  const days = numbers.split(",").map((item) => {
    const [, from, to = from] = /^([0-7])(?:-([0-7]))?$/.exec(item) ?? [];
    if (from === undefined || Number(to) < Number(from)) return undefined;
    return DAYS.concat("Sun").slice(Number(from), Number(to) + 1);
  });
  return days.includes(undefined) ? undefined : [...new Set(days.flat() as string[])];
}
