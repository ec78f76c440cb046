import { Refusal } from "./door.ts";

const TOKEN_BYTES = 32;
/** So many browsers at a time: the one that has been there longest gives way. */
const MOST_KEYS = 32;

/** Options of {@linkcode SessionKeys}. */
export interface SessionKeysOptions {
  /** Fills it with what nobody can guess. */
  readonly fillRandom: (bytes: Uint8Array<ArrayBuffer>) => void;
}

/**
 * Who may use the page. A link holds a token that is good for one browser, which gets a key for it: what is left of the
 * link in a history, or on a screen that is shared, is of no use to anybody. All ends with the process.
 */
export class SessionKeys {
  readonly #options: SessionKeysOptions;
  readonly #keys: string[] = [];
  #tokens: { readonly token: string; isUsed: boolean }[] = [];

  constructor(options: SessionKeysOptions) {
    this.#options = options;
  }

  /** A token that opens the page once. */
  addToken(): string {
    const token = this.#random();
    this.#tokens = [...this.#tokens.slice(1 - MOST_KEYS), { token, isUsed: false }];
    return token;
  }

  /** The key for a token. @throws Refusal for one that was used, and for what is none */
  exchange(token: string): string {
    const known = this.#tokens.find((each) => isSame(each.token, token));
    if (known === undefined) {
      const hint = "The page needs the link that imp web shows now, all of it";
      throw new Refusal(401, "web.bad_token", "This link is not one of this imp web", hint);
    }
    if (known.isUsed) {
      const hint = "A link opens the page once; imp web has shown a new one";
      throw new Refusal(401, "web.used_token", "This link was used already", hint);
    }
    known.isUsed = true;
    const key = this.#random();
    this.#keys.push(key);
    if (this.#keys.length > MOST_KEYS) this.#keys.shift();
    return key;
  }

  /** @throws Refusal unless the header brings a key */
  expectKey(authorization: string | null): void {
    const key = /^Bearer ([\w-]+)$/.exec(authorization ?? "")?.[1] ?? "";
    if (this.#keys.some((each) => isSame(each, key))) return;
    const hint = "Open the link that imp web shows";
    throw new Refusal(401, "web.no_key", "Whoever asks has no key", hint);
  }

  #random(): string {
    const bytes = new Uint8Array(TOKEN_BYTES);
    this.#options.fillRandom(bytes);
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }
}

/** Takes as long whatever is the same of them. */
function isSame(known: string, given: string): boolean {
  if (known.length !== given.length) return false;
  let difference = 0;
  for (let at = 0; at < known.length; at++) {
    difference |= known.charCodeAt(at) ^ given.charCodeAt(at);
  }
  return difference === 0;
}
