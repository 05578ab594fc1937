import { isIP } from "node:net";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { Built } from "../../build/offline.ts";
import type { Header, RequestInput } from "../../route/request.ts";
import { type Context, globals, verdict, writeData } from "../context.ts";
import { exitCode } from "../exit-code.ts";
import { Failure } from "../failure.ts";
import { fleetOf } from "../fleet-of.ts";
import { commitOf, withInput } from "../input.ts";
import { type SourceOptions, sourceConfig, withSourceOptions } from "../source-options.ts";

interface ExplainOptions extends SourceOptions {
  readonly request: string;
  readonly header: readonly Header[];
  readonly fromAddress?: string;
  readonly sni?: string;
  readonly clientCertificate?: boolean;
  readonly protocol: NonNullable<RequestInput["protocol"]>;
  readonly fleet?: string;
}

/** `explain URL|KIND/NS/NAME`: what becomes of a request, or of a document. */
export function explainCommand(program: Command, context: Context): void {
  const command = program
    .command("explain")
    .argument("<url|kind/namespace/name>", "a request, or a document")
    .argument("[path]", "a directory, a file, or - for standard input (default: the current directory, or the source of --config)")
    .option("-X, --request <method>", "method of the request", "GET")
    .option("-H, --header <name:value>", "header of the request; may be repeated", header, [])
    .option("--from-address <ip>", "address of the client", address)
    .option("--sni <name>", "name that the client asks for by TLS (default: the host)")
    .option("--client-certificate", "the client has a certificate that is accepted")
    .addOption(new Option("--protocol <protocol>", "HTTP/3 has listeners of its own").choices(["http1", "http2", "http3"]).default("http1"))
    .option("--fleet <name>", "of this fleet; needed where there are several");
  withSourceOptions(command).action(async (what: string, path: string | undefined, options: ExplainOptions, command: Command) => {
    const input = { paths: path === undefined ? [] : [path], ref: options.ref, config: sourceConfig(options, context) };
    const commit = (built: Built) => commitOf(input, built);
    const isTaken = await withInput(input, context, (built) =>
      /^https?:/i.test(what)
        ? request(built, what, options, commit(built), command, context)
        : document(built, what, options, commit(built), command, context),
    );
    context.finish(verdict(isTaken));
  });
}

async function request(
  built: Built,
  url: string,
  options: ExplainOptions,
  commit: string | null,
  command: Command,
  context: Context,
): Promise<boolean> {
  const [{ requestOf }, { explainRequest }, { explainText }] = await Promise.all([
    import("../../route/request.ts"),
    import("../explain/request.ts"),
    import("../explain/text.ts"),
  ]);
  const { request: method, header: headers, fromAddress: clientAddress, sni, clientCertificate, protocol } = options;
  const asked = requestOf({ url, method, headers, clientAddress, sni, clientCertificate, protocol });
  if ("mistake" in asked) throw new Failure(exitCode.usage, asked.mistake);
  const result = await explainRequest(fleetOf(built, options.fleet), asked, url, commit);
  const { output, paint } = globals(command, context, "text", ["markdown"]);
  if (output === "text") context.io.stdout.write(explainText(result, paint));
  else if (output === "markdown") context.io.stdout.write((await import("../explain/markdown.ts")).explainMarkdown(result));
  else writeData(context.io, output, result);
  return result.outcome.kind !== "no-route" && result.outcome.kind !== "refused";
}

async function document(
  built: Built,
  label: string,
  options: ExplainOptions,
  commit: string | null,
  command: Command,
  context: Context,
): Promise<boolean> {
  const [{ documentsNamed, explainDocument }, { explainDocumentText }] = await Promise.all([
    import("../explain/document.ts"),
    import("../explain/text.ts"),
  ]);
  const fleet = fleetOf(built, options.fleet);
  if (!/^[a-z]+\/([^/]+\/)?[^/]+$/i.test(label))
    throw new Failure(exitCode.usage, `${label} is neither a URL (http://…, https://…) nor a document (Kind/namespace/name)`);
  const found = documentsNamed(fleet, label);
  const [origin, other] = found;
  if (origin === undefined) throw new Failure(exitCode.usage, `fleet ${fleet.fleet} reads no document ${label}`);
  if (other !== undefined && other.label !== origin.label)
    throw new Failure(exitCode.usage, `${label} may be ${[...new Set(found.map((one) => one.label))].join(", ")}`);
  const result = await explainDocument(built, fleet, origin, commit);
  const { output, paint } = globals(command, context, "text", ["markdown"]);
  if (output === "text") context.io.stdout.write(explainDocumentText(result, await built.text(result.at), paint));
  else if (output === "markdown") context.io.stdout.write((await import("../explain/markdown.ts")).explainDocumentMarkdown(result));
  else writeData(context.io, output, result);
  return result.resources.length > 0;
}

function header(text: string, before: readonly Header[]): readonly Header[] {
  const [, name, value] = /^(:?[^:\s]+):(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError("Expected NAME: VALUE.");
  return [...before, [name, value.trim()]];
}

function address(text: string): string {
  if (isIP(text) === 0) throw new InvalidArgumentError("Expected an IP address.");
  return text;
}
