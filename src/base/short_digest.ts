const PRIME = 0x01000193;
const BASIS = 0x811c9dc5;
/** Of what is hidden, no more can be guessed from so few; and of sixteen million changes one goes unnoticed. */
const BITS = 24;

/** A few characters that are others as soon as the text is another (FNV-1a, folded): to notice changes, no protection. */
export function shortDigest(text: string): string {
  let hash = BASIS;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    hash = Math.imul(hash ^ (unit & 0xff), PRIME);
    hash = Math.imul(hash ^ (unit >>> 8), PRIME);
  }
  return (((hash >>> BITS) ^ hash) & ((1 << BITS) - 1)).toString(36);
}
