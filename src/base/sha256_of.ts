/**
 * The SHA-256 of bytes, or of a text in UTF-8, in hexadecimal: for what may be long or many, where it can be waited for;
 * else {@link sha256Hex}.
 */
export async function sha256Of(data: string | Uint8Array<ArrayBuffer>): Promise<string> {
  const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
