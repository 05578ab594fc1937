/** Runs the benchmark that the first argument names, `commit` if it names none; the arguments behind the name are its own. */
const names = ["commit", "translate", "fanout", "codec", "first-copy", "cli", "year"] as const;

const found = names.find((one) => one === process.argv[2]);
if (found !== undefined) process.argv.splice(2, 1);
await import(`./${found ?? "commit"}.ts`);
