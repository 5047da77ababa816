import { expect, test } from "vitest";
import { crc32, zip } from "./zip";

/** Reads an archive as an unpacker does: from its end to the listing, from there to each file. */
async function unpacked(blob: Blob): Promise<Record<string, string>> {
  const buffer = await blob.arrayBuffer();
  const view = new DataView(buffer);
  const u16 = (at: number) => view.getUint16(at, true);
  const u32 = (at: number) => view.getUint32(at, true);
  const text = (from: number, length: number) => new TextDecoder().decode(new Uint8Array(buffer, from, length));
  const end = buffer.byteLength - 22;
  expect(u32(end)).toBe(0x06054b50);
  const files: Record<string, string> = {};
  let at = u32(end + 16);
  expect(at + u32(end + 12)).toBe(end);
  for (let left = u16(end + 10); left > 0; left--) {
    expect(u32(at)).toBe(0x02014b50);
    const name = text(at + 46, u16(at + 28));
    const header = u32(at + 42);
    expect(u32(header)).toBe(0x04034b50);
    const from = header + 30 + u16(header + 26);
    const size = u32(header + 22);
    expect(text(header + 30, u16(header + 26))).toBe(name);
    const checksum = crc32(new Uint8Array(buffer, from, size));
    expect([u32(at + 16), u32(header + 14)]).toEqual([checksum, checksum]);
    files[name] = text(from, size);
    at += 46 + u16(at + 28);
  }
  expect(at).toBe(end);
  return files;
}

test("computes the checksum that ZIP archives have", () => {
  expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
  expect(crc32(new Uint8Array())).toBe(0);
});

test("makes an archive with folders and letters of every alphabet", async () => {
  const files = { "shop/policies/año.yaml": "# año\ngrants: []\n", "README.md": "" };
  const archive = zip(
    Object.entries(files).map(([path, text]) => ({ path, text })),
    new Date(2026, 10, 22, 17, 30, 8),
  );
  expect(await unpacked(archive)).toEqual(files);
  expect(await unpacked(zip([], new Date()))).toEqual({});
});
