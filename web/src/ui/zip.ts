const table = Uint32Array.from({ length: 256 }, (_, n) => {
  let value = n;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value >>> 0;
});

export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = table[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/** A ZIP archive of texts by their paths, not compressed; all are of the moment {@link at}. */
export function zip(files: { path: string; text: string }[], at: Date): Blob {
  const encoder = new TextEncoder();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const directory: Uint8Array<ArrayBuffer>[] = [];
  const time = (at.getHours() << 11) | (at.getMinutes() << 5) | (at.getSeconds() >> 1);
  const date = ((at.getFullYear() - 1980) << 9) | ((at.getMonth() + 1) << 5) | at.getDate();
  let offset = 0;
  for (const { path, text } of files) {
    const name = encoder.encode(path);
    const content = encoder.encode(text);
    // What both headers say: version, flag for names in UTF-8, stored, time, date, checksum, sizes, length of the name.
    const common = [u16(20), u16(0x0800), u16(0), u16(time), u16(date), u32(crc32(content)), u32(content.length), u32(content.length), u16(name.length), u16(0)];
    const header = joined([u32(0x04034b50), ...common, name]);
    parts.push(header, content);
    directory.push(joined([u32(0x02014b50), u16(20), ...common, u16(0), u16(0), u16(0), u32(0), u32(offset), name]));
    offset += header.length + content.length;
  }
  const listing = joined(directory);
  const end = joined([u32(0x06054b50), u16(0), u16(0), u16(files.length), u16(files.length), u32(listing.length), u32(offset), u16(0)]);
  return new Blob([...parts, listing, end], { type: "application/zip" });
}

function u16(value: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(value & 0xff, (value >>> 8) & 0xff);
}

function u32(value: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24);
}

function joined(parts: Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
