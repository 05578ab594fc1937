import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const module = fileURLToPath(new URL("./process-io.ts", import.meta.url));

/** Runs a program in a process of its own; `act` is called with the process once it has written something. */
function program(
  source: string,
  act: (child: ReturnType<typeof spawn>) => void,
  stdin = "",
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const text = `import { processIo } from ${JSON.stringify(module)};\nconst io = processIo();\n${source}`;
    const child = spawn(process.execPath, ["--input-type=module", "--eval", text], { stdio: ["pipe", "pipe", "pipe"] });
    const written = { stdout: "", stderr: "" };
    child.stdout.once("data", () => act(child));
    child.stdout.setEncoding("utf8").on("data", (part: string) => {
      written.stdout += part;
    });
    child.stderr.setEncoding("utf8").on("data", (part: string) => {
      written.stderr += part;
    });
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, ...written }));
    child.stdin.end(stdin);
  });
}

test("a reader who has enough ends the process quietly", async () => {
  const source = `for (;;) { io.stdout.write("line\\n".repeat(1000)); await new Promise((next) => setImmediate(next)); }`;
  const { code, stderr } = await program(source, (child) => child.stdout?.destroy());
  expect([code, stderr]).toEqual([0, ""]);
});

test("standard input is read whole", async () => {
  expect((await program("io.stdout.write(await io.stdin())", () => {}, "é\n".repeat(50_000))).stdout).toBe("é\n".repeat(50_000));
});

test.each(["SIGINT", "SIGTERM"] as const)("%s aborts what listens", async (signal) => {
  const source = `const signal = io.interrupt(); const alive = setInterval(() => {}, 1000);
    signal.addEventListener("abort", () => { io.stdout.write("end"); clearInterval(alive); process.exitCode = 130; });
    io.stdout.write("start "); io.interrupt();`;
  const { code, stdout } = await program(source, (child) => child.kill(signal));
  expect([code, stdout]).toEqual([130, "start end"]);
});

test("where nothing listens the process ends as ever", async () => {
  const { code } = await program(`setInterval(() => {}, 1000); io.stdout.write("start")`, (child) => child.kill("SIGINT"));
  expect(code).toBeNull();
});
