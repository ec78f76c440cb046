import { assert, assertEquals } from "@std/assert";
import { maskSecrets } from "./mask_secrets.ts";
import { HARMLESS, HIDDEN, SECRET, TOKENS } from "./testdata/secret_commands.ts";

/** The words of a command in a table, as a shell would take them apart. */
function toWords(line: string): string[] {
  const words = line.match(/(?:'[^']*'|"(?:[^"\\]|\\.)*"(?=\s|$)|[^\s'"]|"|'(?!.*'))+/gs) ?? [];
  return words.map((word) =>
    /^".*"$/s.test(word) ? word.slice(1, -1) : word.replace(/'([^']*)'/gs, "$1")
  );
}

for (const line of SECRET) {
  Deno.test(`G2 hidden: ${JSON.stringify(line)}`, () => {
    const command = toWords(line.replaceAll("HIDDEN", HIDDEN));
    const shown = maskSecrets(command);
    assertEquals(shown.length, command.length);
    assert(!shown.join(" ").includes(HIDDEN), shown.join(" "));
    assert(shown.join(" ").includes("***"), shown.join(" "));
    // What is beside the secrets can be read.
    for (const [index, word] of command.entries()) {
      if (!/[\s"':=@&?;,(]/.test(word) && !word.includes(HIDDEN)) assertEquals(shown[index], word);
    }
  });
}

for (const token of TOKENS) {
  Deno.test(`G2 hidden: ${token.slice(0, 8)}…, wherever it is`, () => {
    for (
      const around of [
        "@",
        "key=@",
        "echo '@' | x",
        '{"a":"@"}',
        "https://host/@/x",
        "--x=@",
        "a,@",
      ]
    ) {
      const [shown] = maskSecrets(["x", around.replace("@", token)]).slice(1);
      assertEquals(shown, around.replace("@", "***"), around);
    }
  });
}

for (const line of HARMLESS) {
  Deno.test(`G1 shown: ${JSON.stringify(line)}`, () => {
    assertEquals(maskSecrets(toWords(line)), toWords(line));
  });
}

Deno.test("G2 a private key is hidden, not that it is one", () => {
  const key = "-----BEGIN RSA PRIVATE KEY-----\nMIIE-abc\n-----END RSA PRIVATE KEY-----";
  assertEquals(
    maskSecrets(["x", `KEY='${key}'`])[1],
    "KEY='-----BEGIN RSA PRIVATE KEY-----***-----END RSA PRIVATE KEY-----'",
  );
  assertEquals(maskSecrets(["x", key.slice(0, 40)])[1], "-----BEGIN RSA PRIVATE KEY-----***");
});

Deno.test("maskSecrets() leaves of what it masks what is no secret", () => {
  const cases: [string[], string[]][] = [
    [["curl", "-H", "Authorization: Bearer abc123"], ["curl", "-H", "Authorization: ***"]],
    [["curl", "https://u:pw@host/x"], ["curl", "https://u:***@host/x"]],
    [["git", "clone", "https://ghp_tok@host/x"], ["git", "clone", "https://***@host/x"]],
    [["x", "--token", "xyz", "rest"], ["x", "--token", "***", "rest"]],
    [["curl", "-u", "me:secret"], ["curl", "-u", "me:***"]],
    [["sh", "-c", "DB_PASSWORD=abc run --token 'x y' -v"], [
      "sh",
      "-c",
      "DB_PASSWORD=*** run --token '***' -v",
    ]],
    [["x", '{"a":1,"password":"p\\"q","b":2}'], ["x", '{"a":1,"password":"***","b":2}']],
  ];
  for (const [command, shown] of cases) assertEquals(maskSecrets(command), shown);
});

Deno.test("F115 maskSecrets() is done with a megabyte of anything before anybody notices", () => {
  const pieces = [
    ...[
      "x",
      "pass",
      "a://",
      "-",
      " --token",
      "token:",
      "x=",
      " ",
      "token: ",
      "'",
      '"',
      "\\",
      "\\'",
    ],
    ...[
      "password=",
      '{"password":"',
      "a:b@",
      "eyJ",
      "-----BEGIN PRIVATE KEY-----",
      "$(",
      "sk-",
      "=",
    ],
    ...[
      "Bearer ",
      "' -",
      "mysql -p ",
      "aB",
      "token_",
      "[",
      '"a":[',
      "a://b:c",
      "x -x ",
      "user:p@tcp(",
    ],
    ...["PASSWORD '", "\n", ";", "a=b,", "-u ", "--a=", "_-", "Basic ", "xoxb-", '\\"a\\":', "a/"],
  ];
  for (const piece of pieces) {
    for (
      const text of [piece.repeat(Math.ceil(1024 * 1024 / piece.length)), `p ${piece.repeat(999)}`]
    ) {
      const beganAt = performance.now();
      assertEquals(maskSecrets(["echo", text]).length, 2);
      const tookMs = performance.now() - beganAt;
      // On whatever machine: what takes the square of the length takes minutes.
      assert(tookMs < 10_000, `${JSON.stringify(piece)} took ${tookMs} ms`);
    }
  }
});
