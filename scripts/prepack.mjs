// Makes what the published package runs: `dist/` from `src/`, because Node strips no types under `node_modules`, and the definitions of Envoy's messages.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, "dist");
const shipped = join(root, "node_modules", "@grpc", "grpc-js-xds");

rmSync(dist, { recursive: true, force: true });
const { status } = spawnSync(join(root, "node_modules", ".bin", "tsc"), ["-p", "tsconfig.build.json"], { cwd: root, stdio: "inherit" });
if (status !== 0) process.exit(status ?? 1);
definitions(join(dist, "proto", "envoy"));

/** Copies every file of Envoy's v3 API and what they import, with its licence. */
function definitions(target) {
  const folders = ["envoy-api", "xds", "googleapis", "protoc-gen-validate"].map((name) => join(shipped, "deps", name));
  const open = folders
    .flatMap((folder) => readdirSync(folder, { recursive: true }))
    .filter((path) => /\/v3\/[^/]+\.proto$|^udpa\/type\/v1\//.test(path));
  const seen = new Set(open);
  for (const path of open) {
    const folder = folders.find((one) => existsSync(join(one, path)));
    // What no folder has comes with protobufjs.
    if (folder === undefined) continue;
    mkdirSync(dirname(join(target, path)), { recursive: true });
    cpSync(join(folder, path), join(target, path));
    for (const [, imported] of readFileSync(join(folder, path), "utf8").matchAll(/^import\s+(?:public\s+|weak\s+)?"([^"]+)"/gm)) {
      if (seen.has(imported)) continue;
      seen.add(imported);
      open.push(imported);
    }
  }
  cpSync(join(root, "LICENSE"), join(target, "LICENSE"));
  writeFileSync(join(target, "NOTICE"), notice());
}

function notice() {
  const { name, version } = JSON.parse(readFileSync(join(shipped, "package.json"), "utf8"));
  return `The .proto files in this folder are unchanged copies from the npm package ${name} ${version}:

envoy/             Envoy, Copyright Envoy Project Authors
udpa/, xds/        xDS API, Copyright the CNCF xDS API Authors
google/            Google APIs, Copyright Google LLC
validate/          protoc-gen-validate, Copyright Envoy Project Authors

All of them are under the Apache License, Version 2.0, whose text is in LICENSE beside this file.
`;
}
