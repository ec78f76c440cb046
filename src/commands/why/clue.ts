/** What a program says that explains its end, as far as programs of all kinds say it in the same words. */
export interface Clue {
  /** `port.taken`, `module.missing`, … */
  readonly reason: string;
  /** The line that says it. */
  readonly line: string;
  readonly port?: number | undefined;
  /** The file, module, command, host or variable. */
  readonly subject?: string | undefined;
}

/** What is looked for in a line; groups named `port` and `s…` say what it is about. */
interface Pattern {
  readonly reason: string;
  readonly says: RegExp;
  /** Where the subject stands otherwise, in a line that says so. */
  readonly about?: readonly RegExp[];
}

/** How many of the last lines count: what was said long before the end is no reason for it. */
const LINES_THAT_COUNT = 40;
const LONGEST_LINE = 2_000;

/** `port: 3000`, then `:::3000`, `127.0.0.1:3000`, `localhost:3000`, then `('', 8000)`; never a time of day, or an errno. */
const PORTS: readonly RegExp[] = [
  /\bport[ :=]+(\d{1,5})\b/i,
  /(?:\.\d{1,3}|\]|[a-z]|\*|::|\s|^):(\d{1,5})(?=$|[\s:,;'"])/i,
  /['"], ?(\d{1,5})\)/,
];
const QUOTED = /['"`‘“]([^'"`’”]{1,300})['"`’”]/;
const BEFORE_REASON =
  /(?:^|\s)([^\s:'"()]{1,300}): (?:cannot \w+: )?(?:no such file|permission denied)/i;

/** `code: 'ENOENT'` names no file, nor does the kind of an error. */
const NO_SUBJECT = /^(?:E[A-Z]{3,}|\w*(?:Error|Exception|PermissionDenied|NotFound))$/;

/**
 * The table, of which the first that fits a line counts: what is special stands before what is general. Sources: the
 * messages of libc's strerror(3), of Node, Deno, Bun, Python, Ruby, Perl, Go, Rust, the JVM, sh and bash.
 */
const PATTERNS: readonly Pattern[] = [
  {
    reason: "limit.file_watchers",
    says:
      /limit for number of file watchers|inotify.*(?:limit|no space left|ENOSPC)|ENOSPC.*\bwatch\b/i,
  },
  {
    reason: "port.taken",
    says:
      /EADDRINUSE|address (?:is )?already in use|AddrInUse|\bport:? (?<port>\d{1,5}) (?:is|was) (?:already |currently )*(?:in use|allocated|taken|used|being used|occupied)|bind.*already allocated/i,
    about: PORTS,
  },
  {
    reason: "port.address_unavailable",
    says:
      /EADDRNOTAVAIL|cannot assign requested address|can't assign requested address|AddrNotAvailable/i,
    about: PORTS,
  },
  {
    reason: "port.not_permitted",
    says:
      /\b(?:listen|bind)\b.*(?:EACCES|EPERM|permission denied)|(?:EACCES|permission denied).*\b(?:listen|bind)\b/i,
    about: PORTS,
  },
  {
    reason: "module.missing",
    says: new RegExp(
      [
        String.raw`Cannot find (?:module|package) '(?<s1>[^']+)'`,
        String.raw`Cannot find (?:module|package) "(?<s2>[^"]+)"`,
        String.raw`ModuleNotFoundError: No module named '?(?<s3>[\w.]+)`,
        String.raw`ImportError: (?:cannot import name|No module named) '?(?<s4>[\w.]+)`,
        String.raw`^\S*python\S*: No module named (?<s5>[\w.]+)`,
        String.raw`Module not found "(?<s6>[^"]+)"`,
        String.raw`(?:Import|Relative import path) "(?<s7>[^"]+)" not`,
        String.raw`Could not (?:find|resolve) (?:package |module |import )?["'](?<s8>[^"']+)["']`,
        String.raw`cannot load such file -- (?<s9>\S+)`,
        String.raw`Can't locate (?<s10>\S+) in @INC`,
        String.raw`no required module provides package (?<s11>[^\s;]+)`,
        String.raw`(?:ClassNotFoundException|NoClassDefFoundError): (?<s12>\S+)`,
        String.raw`Could not find or load main class (?<s13>\S+)`,
        String.raw`Failed to resolve (?:import|module specifier) "(?<s14>[^"]+)"`,
      ].join("|"),
    ),
  },
  {
    reason: "library.missing",
    says:
      /error while loading shared libraries: (?<s1>[^:]+):|Library not loaded: (?<s2>\S+)|(?<s3>\S+): cannot open shared object file/,
  },
  {
    reason: "environment.missing",
    says: new RegExp(
      [
        String
          .raw`environ(?:ment)? var(?:iable)?s?:? ["'\x60]?(?<s1>[A-Z][A-Z0-9_]+)["'\x60]?.*(?:not set|not found|not defined|missing|required|undefined)`,
        String
          .raw`(?:missing|required|undefined|unset)(?: required)? env(?:ironment)?(?: var(?:iable)?)?s?:? ["'\x60]?(?<s2>[A-Z][A-Z0-9_]+)`,
        String
          .raw`\b(?<s3>[A-Z][A-Z0-9]*_[A-Z0-9_]+)["'\x60]? (?:environment variable )?(?:is|must be|was|has to be) (?:not set|unset|required|missing|set|undefined|not defined)`,
        String.raw`KeyError: '(?<s4>[A-Z][A-Z0-9_]{2,})'`,
        String
          .raw`(?<s5>[A-Z][A-Z0-9_]+): (?:unbound variable|parameter not set|parameter null or not set)`,
      ].join("|"),
    ),
  },
  {
    reason: "command.not_found",
    says:
      /(?:^|: |\s)(?<s1>[^\s:'"]+): (?:command )?not found$|\bspawn (?<s2>\S+) ENOENT|command not found: (?<s3>\S+)|exec: "(?<s4>[^"]+)": executable file not found/,
  },
  {
    reason: "disk.full",
    says:
      /ENOSPC|no space left on device|EDQUOT|disk quota exceeded|StorageFull|(?:database or )?disk is full/i,
  },
  { reason: "disk.read_only", says: /EROFS|read-only file system|ReadOnlyFilesystem/i },
  { reason: "limit.file_size", says: /EFBIG|file too large|file size limit exceeded/i },
  { reason: "limit.open_files", says: /EMFILE|ENFILE|too many open files/i },
  {
    reason: "limit.processes",
    says:
      /(?:fork|clone|pthread_create|uv_thread_create|spawn)\b.*(?:EAGAIN|resource temporarily unavailable|WouldBlock)|can't start new thread|no more processes are allowed|cannot fork/i,
  },
  {
    reason: "memory.heap",
    says: /heap out of memory|reached heap limit|OutOfMemoryError|heap limit Allocation failed/i,
  },
  {
    reason: "memory.exhausted",
    says:
      /\bMemoryError\b|std::bad_alloc|cannot allocate memory|\bENOMEM\b|runtime: out of memory|memory allocation of \d+ bytes failed|failed to allocate memory|\bout of memory\b/i,
  },
  {
    reason: "connection.refused",
    says: /ECONNREFUSED|connection refused|ConnectionRefused/i,
    about: PORTS,
  },
  {
    reason: "host.unknown",
    says:
      /(?:ENOTFOUND|EAI_AGAIN) (?<s1>[^\s,'"]+)|could not resolve host:? (?<s2>[^\s,'"]+)|lookup (?<s3>\S+).*no such host|name or service not known|name resolution|nodename nor servname|getaddrinfo failed/i,
  },
  {
    reason: "file.missing",
    says:
      /ENOENT|no such file or directory|: no such file$|FileNotFoundError|\(os error 2\)|NotFound: |cannot find the (?:file|path)/i,
    about: [
      /can't open file '([^']+)'/,
      QUOTED,
      /\b(?:open|stat|read|exec) ([^\s:]+): no such file/i,
      BEFORE_REASON,
    ],
  },
  {
    reason: "file.not_permitted",
    says: /EACCES|\bEPERM\b|permission denied|operation not permitted|PermissionDenied/i,
    about: [QUOTED, /\b(?:open|stat|read|exec|mkdir) ([^\s:]+): permission denied/i, BEFORE_REASON],
  },
];

/**
 * The clue that is nearest to the end of the output; of several lines about the same the one that says most. Lines as
 * people read them, the last one last.
 */
export function findClue(lines: readonly string[]): Clue | undefined {
  const last = lines.slice(-LINES_THAT_COUNT);
  let found: Clue | undefined;
  for (const line of last.toReversed()) {
    const clue = clueOf(line);
    if (clue === undefined || found !== undefined && clue.reason !== found.reason) continue;
    if (found === undefined || isTelling(clue) && !isTelling(found)) found = clue;
  }
  if (found !== undefined && isAboutListening(found, last)) {
    found = { reason: "port.not_permitted", line: found.line };
  }
  return found?.port === undefined && found?.reason.startsWith("port.")
    ? withPortOf(found, last)
    : found;
}

/** The call that was not permitted, in the trace beside its error: of Deno and Bun, of Python. */
const LISTENING = /^\s+at (?:\w+\.)*(?:listen|serve)\b|\.bind\(|, in (?:server_)?bind$/;

function isAboutListening({ reason, subject }: Clue, lines: readonly string[]): boolean {
  return reason === "file.not_permitted" && subject === undefined &&
    lines.some((line) => LISTENING.test(line.slice(0, LONGEST_LINE)));
}

function isTelling({ port, subject }: Clue): boolean {
  return port !== undefined || subject !== undefined;
}

/** Node tells the port of an error in lines of its own: `port: 3000`. */
function withPortOf(clue: Clue, lines: readonly string[]): Clue {
  const port = lines.flatMap((line) => /^\s*port: (\d{1,5}),?$/.exec(line)?.[1] ?? []).at(-1);
  return port === undefined ? clue : { ...clue, port: Number(port) };
}

function clueOf(text: string): Clue | undefined {
  const line = text.slice(0, LONGEST_LINE).trim();
  for (const { reason, says, about = [] } of PATTERNS) {
    const match = says.exec(line);
    if (match === null) continue;
    const groups = Object.entries(match.groups ?? {});
    const named = groups.find(([name, value]) => name !== "port" && value !== undefined)?.[1];
    const isOfPort = about === PORTS;
    const told = about.map((each) => each.exec(line)?.[1])
      .find((word) => word !== undefined && !NO_SUBJECT.test(word));
    const port = match.groups?.port ?? (isOfPort ? told : undefined);
    return {
      reason,
      line,
      ...isPort(port) && { port: Number(port) },
      ...!isOfPort && (named ?? told) !== undefined && { subject: named ?? told },
    };
  }
  return undefined;
}

function isPort(text: string | undefined): boolean {
  return text !== undefined && Number(text) > 0 && Number(text) < 65_536;
}

/** What only says that something else has failed. */
const WRAPPER =
  /^(?:npm (?:ERR!|error)|make(?:\[\d+\])?: \*\*\*|error Command failed|.*\bELIFECYCLE\b|error: script ".*" exited|exit status \d+$|error: Recipe)/;
const ERROR_LINES: readonly RegExp[] = [
  /^(?:error: )?(?:Uncaught |Unhandled )?(?:\(in promise\) )?(?:[\w$]+\.)*[A-Z][\w$]*(?:Error|Exception)(?: \[[\w.]+\])?(?::|$)/,
  /^panic: |panicked at|^fatal(?: error)?\b|^FATAL\b|^\S+: error\b|\berror(?:\[\w+\])?: /i,
  /\berror\b|\bfail(?:ed|ure)?\b|\bexception\b/i,
];

/** The line that most likely says what went wrong, for what no clue explains; undefined where nothing was said. */
export function findErrorLine(lines: readonly string[]): string | undefined {
  const said = lines.slice(-LINES_THAT_COUNT)
    .map((line) => line.slice(0, LONGEST_LINE).trim())
    .filter((line) => line !== "");
  const own = said.filter((line) => !WRAPPER.test(line));
  for (const pattern of ERROR_LINES) {
    const at = own.findLastIndex((line) => pattern.test(line));
    if (at < 0) continue;
    // What Rust says stands in the line behind.
    const isPlace = /panicked at .*:\d+:\d+:$/.test(own[at]!);
    return isPlace && own[at + 1] !== undefined ? `panic: ${own[at + 1]}` : own[at];
  }
  return own.at(-1) ?? said.at(-1);
}
