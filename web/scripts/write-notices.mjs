// dist/notices.txt: the licence of every package whose code or fonts are in the console.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8"));
const notices = Object.entries(packages)
  .filter(([folder, { dev }]) => folder.startsWith("node_modules/") && dev !== true && existsSync(folder))
  .map(([folder, { version, license }]) => {
    const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
    const text = file === undefined ? `${license ?? "no licence file"}\n` : readFileSync(join(folder, file), "utf8");
    return `${folder.slice("node_modules/".length)} ${version} (${license})\n\n${text.trim()}\n`;
  });
writeFileSync("dist/notices.txt", notices.join(`\n${"-".repeat(80)}\n\n`));
console.log(`notices of ${notices.length} packages`);
