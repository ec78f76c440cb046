/**
 * Whether a probe can ask for this: an `http:` or `https:` URL with a host, and without a fragment. `${ports.NAME}` in it
 * stands for a number.
 */
export function isProbeUrl(text: string): boolean {
  const url = text.replace(/\$\{(?:jobs\.[^{}]+\.)?ports\.[a-z][a-z0-9_]*\}/g, "1");
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) return false;
  const { hostname, hash } = new URL(url);
  return hostname !== "" && hash === "";
}
