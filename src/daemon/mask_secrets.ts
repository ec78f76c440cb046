/** What stands where a credential was. */
const MASK = "***";

const SECRET_WORD =
  "(?:pass(?:word|wd|phrase)?|pwd|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|auth(?:orization)?|credentials?|bearer)";
/** Bounded, here and below: a megabyte of letters would else be read again from each of them. */
const NAME = `[A-Za-z0-9_.-]{0,80}${SECRET_WORD}[A-Za-z0-9_-]{0,80}`;

/** `--token`, `-password`, `--api-key`: the next argument is the credential. */
const FLAG_ALONE = new RegExp(`^--?${NAME}$`, "i");
/** `--token=x`, `PASSWORD=x`, and the same inside a longer text such as a shell script. */
const ASSIGNMENT = new RegExp(
  `((?:^|[\\s"'&?;,({])(?:--?)?${NAME}=)("[^"]*"|'[^']*'|[^\\s"'&;]+)`,
  "gi",
);
/** `--token x` inside a longer text. */
const FLAG_IN_TEXT = new RegExp(
  `((?:^|\\s)--?${NAME}\\s+)("[^"]*"|'[^']*'|[^\\s"'-][^\\s"']*)`,
  "gi",
);
/** `Authorization: Bearer x`, `X-Api-Key: x`. */
const HEADER = new RegExp(
  `((?:^|[\\s"'])${NAME}["']?\\s*:\\s*)((?:[A-Za-z]+\\s+)?[^\\s"',]+)`,
  "gi",
);
const BEARER = /\b(Bearer|Basic)(\s+)[A-Za-z0-9._~+/=-]+/gi;
/** `https://user:password@host`, and a token alone before the @. */
const URL_CREDENTIALS = /([a-z][a-z0-9+.-]{0,30}:\/\/)([^\s/@:"']*)(:[^\s/@"']*)?@/gi;
/** curl and friends: `-u user:password`. */
const USER_FLAG = /^(?:-u|--user|--proxy-user)$/;

/**
 * A command as it may be shown: arguments that look like credentials are masked. The command that runs is never
 * touched; this is for views, events, snapshots and the log.
 */
export function maskSecrets(command: readonly string[]): string[] {
  let next: "value" | "user" | undefined;
  return command.map((argument, index) => {
    const expected = next;
    next = undefined;
    if (index === 0) return maskText(argument);
    if (expected === "value" && !argument.startsWith("-")) return MASK;
    if (expected === "user" && argument.includes(":")) {
      return `${argument.slice(0, argument.indexOf(":"))}:${MASK}`;
    }
    if (FLAG_ALONE.test(argument)) next = "value";
    else if (USER_FLAG.test(argument)) next = "user";
    return maskText(argument);
  });
}

function maskText(text: string): string {
  return text
    .replace(
      URL_CREDENTIALS,
      (_all, scheme: string, user: string, password?: string) =>
        password === undefined ? `${scheme}${MASK}@` : `${scheme}${user}:${MASK}@`,
    )
    .replace(BEARER, `$1$2${MASK}`)
    .replace(HEADER, `$1${MASK}`)
    .replace(ASSIGNMENT, `$1${MASK}`)
    .replace(FLAG_IN_TEXT, `$1${MASK}`);
}
