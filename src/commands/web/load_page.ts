import { decodeBase64 } from "@std/encoding/base64";
import { gunzip } from "../../platform/gunzip.ts";
import { PAGE_PARTS, type PageFile } from "../../web/page_file.ts";

/** The files of the page by their path; made of their sources where no build has done it. @throws AppError `web.no_page` */
export async function loadPage(): Promise<ReadonlyMap<string, PageFile>> {
  // As large as all else of this command.
  const { PAGE_TEXTS } = await import("../../web/page_texts.ts");
  const texts = "/" in PAGE_TEXTS ? PAGE_TEXTS : await packFromSource();
  return new Map(PAGE_PARTS.map(({ path, type }) => {
    const packed = decodeBase64(texts[path]!);
    return [path, { type, packed, unpack: () => gunzip(packed) }];
  }));
}

async function packFromSource(): Promise<Readonly<Record<string, string>>> {
  const { packPage } = await import("../../platform/pack_page.ts");
  return await packPage(new URL("../../web/page/", import.meta.url), PAGE_PARTS);
}
