/** Puts a text on the clipboard; also where a page without HTTPS may not use the newer interface. */
export async function copyText(text: string): Promise<void> {
  if (navigator.clipboard !== undefined) return navigator.clipboard.writeText(text);
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "hidden-visually";
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}
