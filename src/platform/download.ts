import { AppError, messageOf } from "../base/app_error.ts";

/**
 * What is at `url`, whole.
 * @throws AppError `upgrade.download_failed` when it is not there, cannot be reached or breaks off
 */
export async function download(
  url: string,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const response = await fetch(url, { signal });
    if (response.ok) return new Uint8Array(await response.arrayBuffer());
    await response.body?.cancel();
    throw failed(url, `the answer is ${response.status}`);
  } catch (error) {
    if (error instanceof AppError || signal.aborted) throw error;
    throw failed(url, messageOf(error));
  }
}

function failed(url: string, why: string): AppError {
  return new AppError("upgrade.download_failed", `Cannot download ${url}: ${why}`, {
    hint: "Try again; IMP_RELEASES names another place",
  });
}
