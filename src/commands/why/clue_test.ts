import { assertEquals } from "@std/assert";
import { findClue, findErrorLine } from "./clue.ts";

/** What programs say, and what is to be understood: the reason, and what it is about. */
const SAID: readonly (readonly [line: string, clue: string])[] = [
  ["Error: listen EADDRINUSE: address already in use :::3000", "port.taken 3000"],
  ["Error: listen EADDRINUSE: address already in use 127.0.0.1:3000", "port.taken 3000"],
  ["Error: listen EADDRINUSE: address already in use /tmp/x.sock", "port.taken"],
  ["OSError: [Errno 98] Address already in use", "port.taken"],
  [
    "OSError: [Errno 98] error while attempting to bind on address ('127.0.0.1', 8000): address already in use",
    "port.taken 8000",
  ],
  ["ERROR:    [Errno 48] Address already in use: ('::', 8000)", "port.taken 8000"],
  ["listen tcp :8080: bind: address already in use", "port.taken 8080"],
  ["Error: Address already in use (os error 98)", "port.taken"],
  ["Error: Port 5173 is already in use", "port.taken 5173"],
  ["AddrInUse: Address already in use (os error 98)", "port.taken"],
  ["[emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)", "port.taken 80"],
  ["Error: listen EACCES: permission denied 0.0.0.0:80", "port.not_permitted 80"],
  ["listen tcp :443: bind: permission denied", "port.not_permitted 443"],
  [
    "Error: listen EADDRNOTAVAIL: address not available 10.9.9.9:3000",
    "port.address_unavailable 3000",
  ],
  ["OSError: [Errno 99] Cannot assign requested address", "port.address_unavailable"],
  ["Error: Cannot find module 'express'", "module.missing express"],
  ["Error: Cannot find module '/srv/app/server.js'", "module.missing /srv/app/server.js"],
  [
    "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'vite' imported from /srv/x.mjs",
    "module.missing vite",
  ],
  ["ModuleNotFoundError: No module named 'flask'", "module.missing flask"],
  ["/usr/bin/python3: No module named uvicorn", "module.missing uvicorn"],
  ['error: Module not found "file:///srv/x.ts".', "module.missing file:///srv/x.ts"],
  [
    'error: Relative import path "lodash" not prefixed with / or ./ or ../',
    "module.missing lodash",
  ],
  ['error: Import "lodash" not a dependency', "module.missing lodash"],
  ["cannot load such file -- rack (LoadError)", "module.missing rack"],
  ["Can't locate Foo/Bar.pm in @INC (you may need to install", "module.missing Foo/Bar.pm"],
  [
    'Exception in thread "main" java.lang.ClassNotFoundException: com.x.Main',
    "module.missing com.x.Main",
  ],
  [
    "./a.out: error while loading shared libraries: libpq.so.5: cannot open shared object file: No such file or directory",
    "library.missing libpq.so.5",
  ],
  ["sh: 1: vite: not found", "command.not_found vite"],
  ["bash: line 1: vite: command not found", "command.not_found vite"],
  ["zsh: command not found: vite", "command.not_found vite"],
  ["Error: spawn ffmpeg ENOENT", "command.not_found ffmpeg"],
  ["Error: ENOENT: no such file or directory, open '/etc/app.json'", "file.missing /etc/app.json"],
  ["FileNotFoundError: [Errno 2] No such file or directory: 'data.csv'", "file.missing data.csv"],
  [
    "python3: can't open file '/srv/x.py': [Errno 2] No such file or directory",
    "file.missing /srv/x.py",
  ],
  ["cat: /nope: No such file or directory", "file.missing /nope"],
  ["sh: 1: cannot open /nope: No such file", "file.missing /nope"],
  [
    "error: Uncaught (in promise) NotFound: No such file or directory (os error 2): readfile 'x.txt'",
    "file.missing x.txt",
  ],
  ["open /etc/app.yaml: no such file or directory", "file.missing /etc/app.yaml"],
  ["  code: 'ENOENT',", "file.missing"],
  ["Error: EACCES: permission denied, open '/root/x'", "file.not_permitted /root/x"],
  ["PermissionError: [Errno 13] Permission denied: '/root/x'", "file.not_permitted /root/x"],
  ["cat: /root/x: Permission denied", "file.not_permitted /root/x"],
  ["Error: ENOSPC: no space left on device, write", "disk.full"],
  ["OSError: [Errno 28] No space left on device", "disk.full"],
  ["dd: error writing '/x': No space left on device", "disk.full"],
  ["cp: error writing 'x': Disk quota exceeded", "disk.full"],
  ["sqlite3.OperationalError: database or disk is full", "disk.full"],
  [
    "Error: ENOSPC: System limit for number of file watchers reached, watch '/srv'",
    "limit.file_watchers",
  ],
  ["touch: cannot touch 'x': Read-only file system", "disk.read_only"],
  ["dd: error writing 'x': File too large", "limit.file_size"],
  ["Error: EMFILE: too many open files, open '/x'", "limit.open_files"],
  ["OSError: [Errno 24] Too many open files: 'x'", "limit.open_files"],
  ["sh: 0: Cannot fork", "limit.processes"],
  ["bash: fork: retry: Resource temporarily unavailable", "limit.processes"],
  [
    "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory",
    "memory.heap",
  ],
  ["java.lang.OutOfMemoryError: Java heap space", "memory.heap"],
  ["MemoryError", "memory.exhausted"],
  ["terminate called after throwing an instance of 'std::bad_alloc'", "memory.exhausted"],
  ["fatal error: runtime: out of memory", "memory.exhausted"],
  ["Error: connect ECONNREFUSED 127.0.0.1:5432", "connection.refused 5432"],
  ["dial tcp 127.0.0.1:6379: connect: connection refused", "connection.refused 6379"],
  [
    'connection to server at "localhost" (::1), port 5432 failed: Connection refused',
    "connection.refused 5432",
  ],
  ["Error: getaddrinfo ENOTFOUND db.internal", "host.unknown db.internal"],
  ["curl: (6) Could not resolve host: db.internal", "host.unknown db.internal"],
  ["dial tcp: lookup db.internal on 127.0.0.53:53: no such host", "host.unknown db.internal"],
  ["sh: 1: DATABASE_URL: parameter not set", "environment.missing DATABASE_URL"],
  ["bash: line 1: DATABASE_URL: unbound variable", "environment.missing DATABASE_URL"],
  ["KeyError: 'DATABASE_URL'", "environment.missing DATABASE_URL"],
  ["Error: DATABASE_URL is not set", "environment.missing DATABASE_URL"],
  ["Error: missing required environment variable: API_KEY", "environment.missing API_KEY"],
];

for (const [line, wanted] of SAID) {
  Deno.test(`findClue() understands ${JSON.stringify(line.slice(0, 80))}`, () => {
    const clue = findClue([line]);
    assertEquals([clue?.reason, clue?.port ?? clue?.subject].filter(Boolean).join(" "), wanted);
  });
}

Deno.test("findClue() takes no everyday line for a reason", () => {
  const lines = [
    "listening on http://localhost:3000",
    "GET /not-found 404 in 3ms",
    "Traceback (most recent call last):",
    "TypeError: x is not a function",
    "AssertionError: expected 1 to equal 2",
    "compiled 12 files in 3.1s",
    "warning: unused variable `x`",
    "KeyError: 'name'",
    "12 passed, 1 failed",
    "PORT=3000 NODE_ENV=development",
    "",
  ];
  for (const line of lines) assertEquals(findClue([line]), undefined, line);
});

Deno.test("findClue() takes what was said last, and of that the line that says most", () => {
  const node = [
    "Error: connect ECONNREFUSED 127.0.0.1:6379, trying again",
    "Error: listen EADDRINUSE: address already in use",
    "    at Server.setupListenHandle [as _listen2] (node:net:1907:16)",
    "  code: 'EADDRINUSE',",
    "  errno: -98,",
    "  port: 3000",
    "}",
  ];
  const { reason, port } = findClue(node)!;
  assertEquals([reason, port], ["port.taken", 3000]);
  const longAgo = [node[0]!, ...Array.from({ length: 40 }, () => "served")];
  assertEquals(findClue(longAgo), undefined);
  assertEquals(findClue(["x".repeat(1_000_000)]), undefined);
});

const ERRORS: readonly (readonly [lines: readonly string[], wanted: string | undefined])[] = [
  [
    ["start", "TypeError: x is not a function", "    at f (a.js:1:2)", "Node.js v20"],
    "TypeError: x is not a function",
  ],
  [
    ["Traceback (most recent call last):", '  File "x.py", line 1', "ValueError: bad"],
    "ValueError: bad",
  ],
  [["panic: boom", "", "goroutine 1 [running]:", "exit status 2"], "panic: boom"],
  [
    ["thread 'main' panicked at src/main.rs:2:5:", "no luck", "note: run with `RUST_BACKTRACE=1`"],
    "panic: no luck",
  ],
  [
    ["src/a.ts(3,1): error TS2322: no", "npm ERR! code ELIFECYCLE", "npm ERR! errno 2"],
    "src/a.ts(3,1): error TS2322: no",
  ],
  [["make: *** [Makefile:2: all] Error 1"], "make: *** [Makefile:2: all] Error 1"],
  [["gcc: error: x.c", "make: *** [all] Error 1"], "gcc: error: x.c"],
  [
    ["error: Uncaught (in promise) Error: no", "    at file:///x.ts:1:1"],
    "error: Uncaught (in promise) Error: no",
  ],
  [["all is well", "bye"], "bye"],
  [["", "  "], undefined],
  [[], undefined],
];

for (const [lines, wanted] of ERRORS) {
  Deno.test(`findErrorLine() finds ${JSON.stringify(wanted)}`, () => {
    assertEquals(findErrorLine(lines), wanted);
  });
}

Deno.test("findClue() knows a call that listens by the trace beside an error that does not say so", () => {
  const deno = [
    "error: Uncaught (in promise) PermissionDenied: Permission denied (os error 13)",
    "Deno.listen({ port: 80 });",
    "     ^",
    "    at Object.listen (ext:deno_net/01_net.js:582:35)",
  ];
  const python = [
    '  File "/usr/lib/python3.13/socketserver.py", line 478, in server_bind',
    "    self.socket.bind(self.server_address)",
    "PermissionError: [Errno 13] Permission denied",
  ];
  for (const lines of [deno, python]) assertEquals(findClue(lines)?.reason, "port.not_permitted");
  const other = ["PermissionError: [Errno 13] Permission denied"];
  assertEquals(findClue(other)?.reason, "file.not_permitted");
});
