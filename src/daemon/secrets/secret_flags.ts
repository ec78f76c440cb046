/** Flags of one letter that are followed by a password, by the programs that have them. */
interface PasswordFlags {
  /** The program's name, as it stands in a command. */
  readonly programs: RegExp;
  /** `-p VALUE`. */
  readonly next?: readonly string[];
  /** `-pVALUE`. */
  readonly attached?: readonly string[];
  /** Only after this word. */
  readonly after?: string;
}

const PASSWORD_FLAGS: readonly PasswordFlags[] = [
  { programs: /^(?:mysql|mariadb)[a-z_-]*$/, attached: ["-p"] },
  { programs: /^sshpass$/, next: ["-p"], attached: ["-p"] },
  { programs: /^(?:redis|valkey)-cli$/, next: ["-a"] },
  { programs: /^mongo[a-z]*$/, next: ["-p"] },
  { programs: /^ldap[a-z]+$/, next: ["-w"], attached: ["-w"] },
  { programs: /^(?:sqlcmd|bcp|mosquitto_\w+|ipmitool|zip|unzip)$/, next: ["-P"] },
  { programs: /^(?:7z[a-z]*|rar|unrar)$/, attached: ["-p", "-hp"] },
  { programs: /^openssl$/, next: ["-k", "-K"] },
  { programs: /^curl$/, next: ["-b"] },
  { programs: /^ssh-keygen$/, next: ["-N", "-P"] },
  {
    programs: /^(?:docker|podman|nerdctl|helm|oc|az|cf|skopeo|buildah|crane|oras|regctl)$/,
    next: ["-p"],
    attached: ["-p"],
    after: "login",
  },
];

/** Flags whose value is `user:password`. */
const USER_FLAG = /^(?:-u|--user|--proxy-user|--basic-auth|--http-user|--auth-user)$/;
/** Of several switches in one, curl's last takes the value; and it has `-U` for the proxy's. */
const CURL_USER_FLAG = /^-[A-Za-z]{0,10}[uU]$/;
/** For them, `-u 1000:1000` is a user and a group. */
const USER_AND_GROUP =
  /^(?:docker|podman|nerdctl|kubectl|chown|sudo|su|runuser|setpriv|systemd-run|chroot)$/;

/** For them, `--password` is the wish to be asked. */
const ASKS =
  /^(?:(?:mysql|mariadb)[a-z_-]*|psql|pg_\w+|(?:create|drop)(?:db|user)|vacuumdb|reindexdb)$/;

/** What the words of a command mean for the one that comes next. */
export class CommandContext {
  readonly #words = new Set<string>();
  readonly #flags = new Set<PasswordFlags>();
  #isUserAndGroup = false;
  #asks = false;
  #isCurl = false;

  /** Takes note of a word; programs may stand behind others: `sudo -E mysql`, `docker exec db mysql`. */
  note(word: string): void {
    const name = /[^/]*$/.exec(word)![0];
    if (name.length > LONGEST_PROGRAM) return;
    this.#words.add(name);
    for (const flags of PASSWORD_FLAGS) if (flags.programs.test(name)) this.#flags.add(flags);
    this.#isUserAndGroup ||= USER_AND_GROUP.test(name);
    this.#isCurl ||= name === "curl";
    this.#asks ||= ASKS.test(name);
  }

  /** The beginning of a word that is a flag with its password in one. */
  attachedFlag(word: string): string | undefined {
    const flags = this.#known.flatMap(({ attached = [] }) => attached);
    return flags.find((flag) => word.startsWith(flag) && word.length > flag.length);
  }

  /** Whether a flag that sounds like a password is none, but the wish to be asked for it. */
  asksFor(flag: string): boolean {
    return this.#asks && flag === "--password";
  }

  /** Whether a word is the name of a setting whose value is the next: `npm config set //host/:_authToken x`. */
  isSetting(word: string): boolean {
    return ["config", "configure"].some((each) => this.#words.has(each)) && /[._:]/.test(word);
  }

  /** Whether the next word is a password. */
  isPasswordFlag(word: string): boolean {
    return this.#known.some(({ next = [] }) => next.includes(word));
  }

  /** Whether the next word is `user:password`. */
  isUserFlag(word: string): boolean {
    if (this.#isCurl && CURL_USER_FLAG.test(word)) return true;
    return USER_FLAG.test(word) && !this.#isUserAndGroup;
  }

  get #known(): PasswordFlags[] {
    return [...this.#flags].filter(({ after }) => after === undefined || this.#words.has(after));
  }
}

const LONGEST_PROGRAM = 40;
