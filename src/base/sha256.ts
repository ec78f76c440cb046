/** The first 32 bits behind the point of the cube roots of the first 64 primes. */
// deno-fmt-ignore
const CONSTANTS = [
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5,
  0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
  0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc,
  0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
  0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
  0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
  0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5,
  0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
  0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
];

/** The same of the square roots of the first 8. */
// deno-fmt-ignore
const INITIAL = [
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
  0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
];

const BLOCK_BYTES = 64;
const BLOCK_WORDS = 16;

/**
 * The SHA-256 of a short text in UTF-8, in hexadecimal (FIPS 180-4). By hand, because loading node:crypto takes longer
 * than all the rest of finding the daemon, and Web Crypto cannot be asked without waiting. Written for a call that needs
 * it once: what is computed by few long functions is there sooner than what is well divided.
 */
export function sha256Hex(text: string): string {
  const bytes = new TextEncoder().encode(text);
  const padded = new Uint8Array(Math.ceil((bytes.length + 9) / BLOCK_BYTES) * BLOCK_BYTES);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 4, bytes.length * 8);
  const state = [...INITIAL];
  const schedule = new Int32Array(CONSTANTS.length);
  for (let offset = 0; offset < padded.length; offset += BLOCK_BYTES) {
    for (let index = 0; index < BLOCK_WORDS; index++) {
      schedule[index] = view.getUint32(offset + index * 4);
    }
    compress(state, schedule);
  }
  let hex = "";
  for (const word of state) hex += (word >>> 0).toString(16).padStart(8, "0");
  return hex;
}

/** Takes a block into the state; the schedule holds it as its first words. */
function compress(state: number[], schedule: Int32Array): void {
  let [a, b, c, d, e, f, g, h] = state as [
    ...[number, number, number, number],
    ...[number, number, number, number],
  ];
  for (let round = 0; round < CONSTANTS.length; round++) {
    if (round >= BLOCK_WORDS) {
      const early = schedule[round - 15]!;
      const late = schedule[round - 2]!;
      schedule[round] = schedule[round - 16]! + schedule[round - 7]! +
        ((early >>> 7 | early << 25) ^ (early >>> 18 | early << 14) ^ (early >>> 3)) +
        ((late >>> 17 | late << 15) ^ (late >>> 19 | late << 13) ^ (late >>> 10));
    }
    const first = h + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) +
      ((e & f) ^ (~e & g)) + CONSTANTS[round]! + schedule[round]!;
    const second = ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) +
      ((a & b) ^ (a & c) ^ (b & c));
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  const sums = [a, b, c, d, e, f, g, h];
  for (let index = 0; index < sums.length; index++) {
    state[index] = (state[index]! + sums[index]!) | 0;
  }
}
