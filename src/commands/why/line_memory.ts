/** A line as a number of 53 bits: the same for the same lines, and hardly ever for others. */
export type LineKey = number;

const HASHES = 6;
const FEWEST_BITS = 2 ** 16;
/** 16 MiB: of 7 million lines no more than one of a thousand others is taken for one of them. */
const MOST_BITS = 2 ** 27;
const BITS_PER_BYTE = 16;

/** The key of a text (cyrb53: two products over its code units); with another seed it is another line. */
export function keyOfLine(text: string, seed: number): LineKey {
  let [high, low] = [0xdeadbeef ^ seed, 0x41c6ce57 ^ seed];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    high = Math.imul(high ^ code, 2_654_435_761);
    low = Math.imul(low ^ code, 1_597_334_677);
  }
  high = Math.imul(high ^ high >>> 16, 2_246_822_507) ^ Math.imul(low ^ low >>> 13, 3_266_489_909);
  low = Math.imul(low ^ low >>> 16, 2_246_822_507) ^ Math.imul(high ^ high >>> 13, 3_266_489_909);
  return 0x1_0000_0000 * (0x1f_ffff & low) + (high >>> 0);
}

/**
 * Remembers that lines were there, in a number of bytes that does not grow with them (a Bloom filter): each that was
 * added is known, and of the others hardly any.
 */
export class LineMemory {
  readonly #bits: Uint32Array;
  readonly #mask: number;

  /** For the lines of so many bytes. */
  constructor(sizeBytes: number) {
    const wanted = 2 ** Math.ceil(Math.log2(Math.max(1, sizeBytes * BITS_PER_BYTE)));
    const bits = Math.min(MOST_BITS, Math.max(FEWEST_BITS, wanted));
    this.#bits = new Uint32Array(bits / 32);
    this.#mask = bits - 1;
  }

  add(key: LineKey): void {
    for (let index = 0; index < HASHES; index++) {
      const bit = this.#bitOf(key, index);
      this.#bits[bit >>> 5]! |= 1 << (bit & 31);
    }
  }

  has(key: LineKey): boolean {
    for (let index = 0; index < HASHES; index++) {
      const bit = this.#bitOf(key, index);
      if ((this.#bits[bit >>> 5]! & (1 << (bit & 31))) === 0) return false;
    }
    return true;
  }

  #bitOf(key: LineKey, index: number): number {
    const step = Math.imul(Math.floor(key / 0x1_0000_0000), 0x9e37_79b1) | 1;
    return ((key >>> 0) + Math.imul(index, step)) & this.#mask;
  }
}
