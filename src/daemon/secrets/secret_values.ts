/** Values by which nothing is given away, whatever they are called. */
const HARMLESS_WORDS: ReadonlySet<string> = new Set(
  ("- true false yes no on off none null nil undefined auto always never prompt ask stdin env required optional default " +
    "basic digest bearer ntlm negotiate oauth oauth2 oidc saml ldap jwt include omit same-origin string number boolean ***")
    .split(" "),
);

/** `$TOKEN`, `${TOKEN}`, `$(cat file)`, `{{ token }}`, `<token>`, `%TOKEN%`: where it comes from, not what it is. */
const REFERENCE =
  /^(?:\$\w+|\$\{\w+\}|\$\([^)]{0,500}\)?|`[^`]{0,500}`|\{\{[^}]{0,200}\}\}|<[\w .-]{1,60}>|%\w{1,60}%)$/;
/** A file that holds it. An absolute path is not told from a key in base64, which may begin with a slash, too. */
const FILE = /^(?:file:|~\/|\.{1,2}\/)|^[\w./~-]{1,300}\.(?:pem|key|crt|pub|p12|pfx|jks|txt|env)$/;
/** What docker build's --secret says of one. */
const MOUNT = /^(?:id|src|source|type|env|target)=[\w./~-]{1,200}(?:,|$)/;
/** The passes of an encoder. */
const ORDINAL = /^\d$/;

/** Whether a value, quotes around it or not, is no secret although its name is that of one. */
export function isHarmlessValue(value: string): boolean {
  const bare = value.replace(/^(\\?["'])(.*)\1$/s, "$2");
  return bare === "" || HARMLESS_WORDS.has(bare.toLowerCase()) || REFERENCE.test(bare) ||
    FILE.test(bare) ||
    MOUNT.test(bare) || ORDINAL.test(bare);
}
