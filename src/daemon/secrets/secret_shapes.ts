/** What stands where a credential was. */
export const MASK = "***";

/** Tokens that tell by themselves what they are, by the beginnings that their makers gave them. */
const KNOWN_TOKENS = new RegExp(
  `(?<![A-Za-z0-9_])(?:${
    [
      "gh[pousr]_[A-Za-z0-9_]{4,}",
      "github_pat_[A-Za-z0-9_]{4,}",
      "gl(?:pat|dt|rt|cbt|ptt|ft|soat)-[A-Za-z0-9_.-]{4,}",
      "xox[a-z]-[A-Za-z0-9-]{4,}",
      "xapp-[A-Za-z0-9-]{8,}",
      "sk-(?:proj|ant|or|svcacct|live|test|lf|admin)-[A-Za-z0-9_-]{4,}",
      "sk-(?=[A-Za-z_-]{0,40}\\d)[A-Za-z0-9_-]{12,}",
      "sk-[A-Za-z0-9]{20,}",
      "[sr]k_(?:live|test)_[A-Za-z0-9]{4,}",
      "whsec_[A-Za-z0-9+/=]{8,}",
      "A(?:KIA|SIA|BIA|CCA)[A-Z0-9]{12,}",
      "AIza[A-Za-z0-9_-]{20,}",
      "ya29\\.[A-Za-z0-9_-]{8,}",
      "eyJ[A-Za-z0-9_-]{4,}\\.[A-Za-z0-9_-]{2,}(?:\\.[A-Za-z0-9_-]*)?",
      "eyJ[A-Za-z0-9_-]{20,}={0,2}",
      "npm_[A-Za-z0-9]{20,}",
      "pypi-[A-Za-z0-9_-]{20,}",
      "dckr_pat_[A-Za-z0-9_-]{4,}",
      "hf_[A-Za-z0-9]{16,}",
      "SG\\.[A-Za-z0-9_-]{10,}\\.[A-Za-z0-9_-]{10,}",
      "shp(?:at|ca|pa|ss)_[A-Fa-f0-9]{8,}",
      "do[opr]_v1_[a-f0-9]{8,}",
      "hv[sbr]\\.[A-Za-z0-9_-]{8,}",
      "ATATT3[A-Za-z0-9_=-]{8,}",
      "(?:lin_api|figd|gsk|r8|sntry[su]|nfp|phc|phx)_[A-Za-z0-9_=-]{16,}",
      "(?:xai|pplx)-[A-Za-z0-9]{16,}",
      "AGE-SECRET-KEY-1[A-Z0-9]{8,}",
      "(?:bot)?\\d{8,10}:AA[A-Za-z0-9_-]{30,}",
    ].join("|")
  })`,
  "g",
);
const PRIVATE_KEY =
  /(-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,20}-----)[^-]*(?:-(?!----END)[^-]*)*(-----END [A-Z0-9 ]{0,40}-----)?/g;
const WEBHOOK =
  /(hooks\.slack\.com\/(?:services|workflows)\/|discord(?:app)?\.com\/api\/webhooks\/)[A-Za-z0-9_/-]+/g;
/** Everything up to where a URL has to end, quotes included: what is in it is looked at piece by piece. */
const URL_AUTHORITY = /\b([a-z][a-z0-9+.-]{0,30}:\/\/)([^\s"'`<>]*)/gi;
/** `user:password@tcp(host:3306)/db`, as Go's drivers write it. */
const GO_DSN = /(?<![\w.+-])([\w.+-]{1,80}:)[^\s"'@]{1,200}(@(?:tcp|tcp6|unix)\()/g;
const SCHEME = /\b(Bearer|Basic)(\s{1,5})([A-Za-z0-9._~+/=-]+)/gi;
const MOST_LEVELS = 3;
/** Words that follow `Bearer` in prose. */
const PROSE = /^(?:tokens?|auth|authentication|authorization|schemes?|is|are|or|and)[.,;:]?$/i;
/** ALTER USER x PASSWORD 'y', CREATE USER x IDENTIFIED BY 'y'. */
const SQL =
  /\b(PASSWORD|IDENTIFIED(?:\s{1,5}WITH\s{1,5}\w{1,40})?\s{1,5}BY)(\s{1,5})('[^']*'|"[^"]*")/gi;

/** A text without what is a secret by its own shape, whatever it is called. */
export function maskShapes(text: string): string {
  return text
    .replace(PRIVATE_KEY, (_all, begin: string, end = "") => `${begin}${MASK}${end}`)
    .replace(
      URL_AUTHORITY,
      (_all, scheme: string, rest: string) => scheme + maskUrl(scheme, rest, 0),
    )
    .replace(WEBHOOK, `$1${MASK}`)
    .replace(GO_DSN, `$1${MASK}$2`)
    .replace(KNOWN_TOKENS, MASK)
    .replace(SQL, `$1$2${MASK}`)
    .replace(SCHEME, maskScheme);
}

function maskScheme(all: string, scheme: string, gap: string, value: string): string {
  const isSecret = scheme.toLowerCase() === "basic" ? isUserAndPassword(value) : !PROSE.test(value);
  return isSecret ? `${scheme}${gap}${MASK}` : all;
}

/** Base64 of `user:password`; `Basic` is also an everyday word. */
function isUserAndPassword(base64: string): boolean {
  // Most words are none, and to find that out by an error is slow.
  if (base64.length < 4 || base64.length % 4 === 1) return false;
  try {
    return atob(base64).includes(":");
  } catch {
    return false;
  }
}

/** What follows `scheme://`, without the password in front of the last @, which may hold any sign itself. */
function maskUrl(scheme: string, rest: string, level: number): string {
  const end = rest.search(/[/?#]/);
  const authority = end < 0 ? rest : rest.slice(0, end);
  // A port is a number: what else follows the colon is a password that was not encoded.
  const isCut = !authority.includes("@") && /^[^:@]*:(?!\d{0,5}$)/.test(authority);
  const at = (isCut ? rest : authority).lastIndexOf("@");
  const tail = rest.slice(Math.max(at, 0));
  // One URL may be in the query of another.
  const after = level < MOST_LEVELS && tail.includes("://")
    ? tail.replace(URL_AUTHORITY, (_all, inner, rest) => inner + maskUrl(inner, rest, level + 1))
    : tail;
  if (at < 0) return after;
  const colon = rest.slice(0, at).indexOf(":");
  if (colon >= 0) return `${rest.slice(0, colon)}:${MASK}${after}`;
  // A name alone is who logs in, but for the web, where it is the token.
  return (/^https?:/i.test(scheme) ? MASK : rest.slice(0, at)) + after;
}
