/**
 * What a name says about the value that goes with it: the name of a flag, a variable, a header, a member of JSON. Names are
 * taken apart into words, for letters deceive: `--author` is no `auth`, `--tokenizer` no `token`.
 */

/** Each of them makes a secret of the value, wherever it stands in the name. */
const SECRET_WORDS = setOf(`
  password passwords passwd passphrase passcode passkey secret secrets
  credential credentials creds jwt bearer mnemonic apikey apikeys`);

/** The same for the end of a word: `PGPASSWORD`, `authtoken`, `storepass`. */
const SECRET_END =
  /(?:password|passwd|passphrase|secret|token|pass|sess(?:ion)?id|(?:api|access|private|secret|auth|master|signing|encryption)key)$/;
const NO_PASS = setOf(`
  bypass compass encompass multipass surpass trespass askpass overpass underpass`);

/** Only where the name ends with them: `--session X`, but `--session-timeout 30s`. */
const SECRET_AT_END = setOf(`
  pass pwd auth authorization session sid cookie cookies otp totp pin pat cred psk signature sig`);

/** Two words that are more than each: any key may be a path or a column, an `api key` is not. */
const SECRET_PAIRS: Readonly<Record<string, ReadonlySet<string>>> = {
  key: setOf(`
    api access private secret master encryption encrypt decryption decrypt signing sign auth account
    shared preshared session ssh license deploy storage subscription app application admin client
    consumer root hmac aes rsa cookie webhook vault unseal service recovery crypto cipher symmetric
    wallet functions server integration fernet openai anthropic stripe github gitlab google azure aws
    gpg slack twilio sendgrid mailgun datadog newrelic sentry algolia maps`),
  hash: setOf("api auth"),
  id: setOf("session sess secret"),
  code: setOf("auth access mfa otp recovery backup verification 2fa"),
  codes: setOf("recovery backup"),
  phrase: setOf("pass seed recovery secret"),
  word: setOf("pass"),
};

/** Variables that end with KEY are secrets, but for the keys of tables, caches and keyboards. */
const VARIABLE_KEY = /^[A-Z][A-Z\d_]*_KEY$/;
const OPEN_KEYS = setOf(`
  public pub publishable sort primary foreign partition cache group index row range map routing object
  lookup unique hot shortcut order merge message modifier prefix leader escape project issue registry
  bucket idempotency locale host feature config`);

/** What is told of a secret, when the name ends with it, is none. */
const ATTRIBUTES = setOf(`
  file files filename path dir directory folder fd name names type types url uri endpoint host server
  port socket sock domain length len size limit limits count max min number budget cost rate bucket
  ttl expiry expires expiration lifetime duration timeout age interval in at second minute hour day
  version stdin prompt env header headers field param format encoding method mode scheme algorithm alg
  hashing class engine backend provider providers store manager helper agent browser jar bus command
  cmd script policy rotation strength reset enabled disabled required optional status hint label labels
  index ids ref username user users email login audience aud issuer scope scopes realm subject
  challenge parallelism embedding embeddings`);

/** Words before `token` and `tokens` by which they are pieces of text, and are counted. */
const COUNTED = setOf(`
  max min num n total per new next first last context prompt completion input output reserve eos bos
  pad unk mask sep cls special stop end start image audio draft cached vocab string`);

/** Several tokens are counted, unless they are of this kind. */
const COUNTLESS = setOf("api access auth refresh bearer security bot deploy");

/** A flag that begins with one of them tells what to do, and takes no value. */
const SWITCHES = setOf(`
  no without with ask use show hide require enable disable skip allow deny force print generate rotate
  save list reset delete verify validate check ignore prompt insecure new keep read dump`);

/** Variables of every shell and desktop. */
const HARMLESS = setOf("PWD OLDPWD DESKTOP_SESSION GDMSESSION XDG_SESSION_ID");

function setOf(words: string): ReadonlySet<string> {
  return new Set(words.trim().split(/\s+/));
}

/** No name is longer; what is before does not count. */
const LONGEST_NAME = 100;

/** Whether what goes with this name is a secret. */
export function isSecretName(name: string): boolean {
  if (HARMLESS.has(name)) return false;
  const words = wordsOf(name.slice(-LONGEST_NAME));
  const last = words.at(-1);
  if (last === undefined || ATTRIBUTES.has(last)) return false;
  if (last === "id" && words.at(-2) === "key") return false;
  if (SECRET_AT_END.has(last)) return true;
  if (VARIABLE_KEY.test(name) && !OPEN_KEYS.has(words.at(-2) ?? "")) return true;
  return words.some((word, index) => isSecretWord(word, words.slice(0, index)));
}

/** Whether a flag of this name is a switch: `--no-password`, `--with-token`. */
export function isSwitch(name: string): boolean {
  return SWITCHES.has(wordsOf(name.slice(0, LONGEST_NAME))[0] ?? "");
}

function isSecretWord(word: string, before: readonly string[]): boolean {
  const previous = before.at(-1) ?? "";
  if (word === "tokens") return COUNTLESS.has(previous);
  if (word === "token") return !before.some((each) => COUNTED.has(each));
  if (SECRET_WORDS.has(word)) return true;
  const single = word.replace(/s$/, "");
  if (SECRET_PAIRS[word]?.has(previous) || SECRET_PAIRS[single]?.has(previous)) return true;
  return word.length > "pass".length && SECRET_END.test(word) && !NO_PASS.has(word);
}

/** `DB_PASSWORD`, `dbPassword`, `db.password2` → db, password. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .map((word) => word.replace(/(?<=[a-z])\d{1,3}$/, ""))
    .filter((word) => word !== "");
}
