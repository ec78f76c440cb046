const MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}";
const DAY = "(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}";
const ZONE = String.raw`(?: ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d)\b)?`;
const CLOCK = String.raw`\d{1,2}:[0-5]\d(?::[0-5]\d)?(?:[.,]\d{1,9})?(?: ?[ap]m\b)?`;
/** What ends a part of a path, wherever it stands. */
const PART = String.raw`[^\s/:'"\`(),;<>\[\]]+`;

/** What is another each time and means the same; case does not matter. */
const VARIABLE: readonly string[] = [
  // Temporary paths: whose they are stands behind the first part.
  String.raw`(?:/private)?(?:/var)?/tmp/${PART}`,
  String.raw`/var/folders/${PART}/${PART}/t/${PART}`,
  String.raw`/dev/shm/${PART}`,
  // UUIDs, digests, hashes with at least one digit and one letter, addresses.
  String.raw`\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b`,
  String.raw`\bsha\d{1,3}[-:=][\w+/=-]{16,}`,
  String.raw`\b0x[0-9a-f]{4,}\b`,
  String.raw`\b(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,}\b`,
  // Days, then times of a day, then seconds since 1970 and what divides them.
  String.raw`\b\d{4}([-/.])\d\d\1\d\d(?:(?:T|,? +)${CLOCK})?${ZONE}`,
  String.raw`\b\d\d?/${MONTH}/\d{4}:${CLOCK}${ZONE}`,
  String.raw`\b\d\d?/\d\d?/\d{4}\b`,
  String.raw`\b(?:${DAY},? +)?(?:${MONTH} +\d\d?(?:,? +\d{4})?|\d\d? +${MONTH},? +\d{4})\b`,
  String.raw`(?<![\w:.])${CLOCK}(?![\w:])${ZONE}`,
  String.raw`\b1\d{9}(?:\d{3}){0,3}(?:\.\d+)?\b`,
  // Durations: a number with its unit, or since the start in brackets.
  String
    .raw`(?<![\w.])(?:\d+(?:[.,]\d+)? ?(?:[nuµμm]?s|m|h|d|[mμµ]?secs?|mins?|hrs?|(?:milli|micro|nano)?seconds?|minutes?|hours?|days?))+(?!\w)`,
  String.raw`\[ *\d+\.\d{3,}\]`,
  // Processes.
  String.raw`\bp?pid["' =:#]{1,4}\d+\b`,
  String.raw`\bprocess(?: id)?[ =:#]{1,2}\d+\b`,
  String.raw`(?<=\w)\[\d{3,7}\](?=:)`,
  String.raw`\((?:node|deno|bun):\d+\)`,
  String.raw`==\d+==`,
  // Ports: behind a host, or the word.
  String.raw`(?<=\blocalhost|\]|::|\*|\d\.\d{1,3}|://[\w.-]{1,200}):\d{2,5}\b`,
  String.raw`(?<=\d['"], ?)\d{2,5}(?=\))`,
  String.raw`\bport["' =:#]{1,4}\d{2,5}\b`,
];
const MASKED = new RegExp(VARIABLE.join("|"), "gi");
/** Whatever it is, one of these is in it. */
const MAY_VARY = /\d|\/(?:tmp|shm|folders)\/|-[a-f]{4}-/i;

/**
 * A line without what is another in each run and means the same: times, durations, pids, hashes, UUIDs, ports, addresses
 * in memory, temporary paths. Other numbers stay: 3 errors are not 0, and 500 is not 200.
 */
export function maskLine(text: string): string {
  return MAY_VARY.test(text) ? text.replace(MASKED, "•") : text;
}
