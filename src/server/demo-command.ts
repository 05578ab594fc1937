import type { Register } from "../cli/context.ts";

/** `portolan demo`. */
export const demoCommand: Register = (program, context) => {
  program
    .command("demo")
    .option("--once", "play the story, check every step, and exit")
    .option("--envoy <path>", "the Envoy to run")
    .action(async (options: { readonly once?: boolean; readonly envoy?: string }) => {
      const { demo } = await import("./demo.ts");
      context.finish(await demo(context.io, options));
    });
};
