// What Maven calls: installs the packages when the lock file changed and builds when anything else did.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

process.chdir(new URL("..", import.meta.url).pathname);

const hash = (paths) => {
  const digest = createHash("sha256");
  for (const path of paths) {
    const files = statSync(path).isDirectory()
      ? readdirSync(path, { recursive: true }).sort().map((file) => join(path, file))
      : [path];
    for (const file of files) if (statSync(file).isFile()) digest.update(`${file}\0`).update(readFileSync(file));
  }
  return digest.digest("hex");
};
const npm = (...args) => {
  const { status, error } = spawnSync("npm", args, { stdio: "inherit", shell: process.platform === "win32" });
  if (error) console.error(`The console needs npm to be built (or -Dweb.skip): ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
};
const is = (stamp, value) => existsSync(stamp) && readFileSync(stamp, "utf8") === value;

const packages = hash(["package.json", "package-lock.json"]);
const installed = "node_modules/.atalaya-installed";
if (!is(installed, packages)) {
  npm("ci", "--no-audit", "--no-fund");
  writeFileSync(installed, packages);
}

const sources = hash(["index.html", "package.json", "package-lock.json", "public", "scripts", "src", "tsconfig.json", "vite.config.ts"]);
const built = "target/console.sha256";
if (!existsSync("dist/index.html") || !is(built, sources)) {
  npm("run", "-s", "build");
  // Maven copies but never removes: the hashed files of the last build would be packaged with the new ones.
  rmSync("target/classes/console", { recursive: true, force: true });
  mkdirSync("target", { recursive: true });
  writeFileSync(built, sources);
}
