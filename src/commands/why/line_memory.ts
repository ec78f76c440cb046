/** A line as a number of 53 bits, never 0: the same for the same lines, and hardly ever for others. */
export type LineKey = number;

/** What a line is that one run has printed, and perhaps another before it. */
export type LineFate = "known" | "new" | "again";

const FEWEST_SLOTS = 2 ** 16;
/** 128 MiB: so many lines are told apart for certain. */
const MOST_SLOTS = 2 ** 24;
/** Beyond that a table is slow. */
const FULLEST = 0.7;

/**
 * The key of a part of a text (cyrb53: two products over its code units); with another seed it is another line.
 */
export function keyOfLine(
  text: string,
  { seed, start = 0, end = text.length }: {
    readonly seed: number;
    readonly start?: number;
    readonly end?: number;
  },
): LineKey {
  let [high, low] = [0xdeadbeef ^ seed, 0x41c6ce57 ^ seed];
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    high = Math.imul(high ^ code, 2_654_435_761);
    low = Math.imul(low ^ code, 1_597_334_677);
  }
  high = Math.imul(high ^ high >>> 16, 2_246_822_507) ^ Math.imul(low ^ low >>> 13, 3_266_489_909);
  low = Math.imul(low ^ low >>> 16, 2_246_822_507) ^ Math.imul(high ^ high >>> 13, 3_266_489_909);
  return 0x1_0000_0000 * (0x1f_ffff & low) + (high >>> 0) || 1;
}

/**
 * Which lines one run has printed, and which another beside them: an open table of their keys. Only of more different
 * lines than it has room for (11 million) some are taken for others, and its memory does not grow with them.
 */
export class LineMemory {
  /** 0: nothing; a key: known; its negative: new. */
  #slots = new Float64Array(FEWEST_SLOTS);
  #used = 0;
  #surplus: { readonly known: BloomFilter; readonly new: BloomFilter } | undefined;
  readonly #mostSlots: number;

  constructor(mostSlots = MOST_SLOTS) {
    this.#mostSlots = mostSlots;
  }

  /** False once there were more different lines than can be told apart for certain. */
  get isExact(): boolean {
    return this.#surplus === undefined;
  }

  /** The first run has printed it. */
  add(key: LineKey): void {
    const slot = this.#find(key);
    if (this.#slots[slot] === 0 && !this.#put(key, slot)) this.#surplus!.known.add(key);
  }

  /** What it is that the second run prints a line; asked again, it is `again` where it was `new`. */
  meet(key: LineKey): LineFate {
    const slot = this.#find(key);
    const found = this.#slots[slot];
    if (found !== 0) return found === key ? "known" : "again";
    const surplus = this.#surplus;
    if (surplus?.known.has(key)) return "known";
    if (surplus?.new.has(key)) return "again";
    if (!this.#put(-key, slot)) this.#surplus!.new.add(key);
    return "new";
  }

  /** Where it is, or would be. */
  #find(key: LineKey): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = (key >>> 0) & mask;
    while (slots[slot] !== 0 && slots[slot] !== key && slots[slot] !== -key) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  /** False where there is no room: then it belongs to the surplus. */
  #put(entry: number, slot: number): boolean {
    if (this.#used >= this.#slots.length * FULLEST) {
      if (this.#slots.length >= this.#mostSlots) {
        this.#surplus ??= { known: new BloomFilter(), new: new BloomFilter() };
        return false;
      }
      this.#grow();
      slot = this.#find(Math.abs(entry));
    }
    this.#slots[slot] = entry;
    this.#used++;
    return true;
  }

  #grow(): void {
    const before = this.#slots;
    this.#slots = new Float64Array(2 * before.length);
    for (const entry of before) {
      if (entry !== 0) this.#slots[this.#find(Math.abs(entry))] = entry;
    }
  }
}

const HASHES = 6;
/** 16 MiB: of 7 million more lines no more than one of a thousand others is taken for one of them. */
const BITS = 2 ** 27;

/** Remembers that keys were there: each that was added is known, and of the others hardly any. */
class BloomFilter {
  readonly #bits = new Uint32Array(BITS / 32);

  add(key: LineKey): void {
    for (let index = 0; index < HASHES; index++) {
      const bit = bitOf(key, index);
      this.#bits[bit >>> 5]! |= 1 << (bit & 31);
    }
  }

  has(key: LineKey): boolean {
    for (let index = 0; index < HASHES; index++) {
      const bit = bitOf(key, index);
      if ((this.#bits[bit >>> 5]! & (1 << (bit & 31))) === 0) return false;
    }
    return true;
  }
}

function bitOf(key: LineKey, index: number): number {
  const step = Math.imul(Math.floor(key / 0x1_0000_0000), 0x9e37_79b1) | 1;
  return ((key >>> 0) + Math.imul(index, step)) & (BITS - 1);
}
