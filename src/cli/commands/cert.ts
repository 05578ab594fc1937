import { isIP } from "node:net";
import { join, resolve } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { channelFiles } from "../../envoy/channel-tls.ts";
import type { Purpose } from "../cert/certificate.ts";
import { isDue, type PairFiles, readPair, writePair } from "../cert/pair-files.ts";
import { type Context, globals, writeData } from "../context.ts";
import { exitCode } from "../exit-code.ts";
import { Failure } from "../failure.ts";
import { wholeNumber } from "../value.ts";

interface AuthorityFlags {
  readonly dir: string;
  readonly name: string;
  readonly days: number;
}

interface IssueFlags {
  readonly dir: string;
  readonly days: number;
  readonly force?: boolean;
  readonly dns: readonly string[];
  readonly ip: readonly string[];
  readonly trustDomain: string;
}

/** Days that a certificate may be valid, at most. */
const longest = 36_500;

/** `cert`: certificates for the xDS port of a small fleet (delivery.md 9.2). No key is ever printed. */
export function certCommand(program: Command, context: Context): void {
  const cert = program.command("cert");
  cert
    .command("init-ca")
    .description("make an authority")
    .option("--dir <dir>", "where its files stand", "pki")
    .option("--name <name>", "what it is called", plainName, "Portolan")
    .option("--days <days>", "how long it is valid", wholeNumber(1, longest), 3650)
    .action((flags: AuthorityFlags, command: Command) => initAuthority(flags, command, context));
  cert
    .command("issue")
    .description("make or renew a certificate for the server or for a node")
    .argument("<what>", "server or node")
    .argument("[id]", "id of the node")
    .option("--dir <dir>", "where the authority stands", "pki")
    .option("--dns <name>", "host name of the server; may be repeated", hostNames, [])
    .option("--ip <address>", "address of the server; may be repeated", addresses, [])
    .option("--trust-domain <name>", "of the SPIFFE id of the node", trustDomain, "portolan")
    .option("--days <days>", "how long it is valid", wholeNumber(1, longest), 90)
    .option("--force", "renew it although more than a third of its life is left")
    .action((what: string, id: string | undefined, flags: IssueFlags, command: Command) => issueOne(what, id, flags, command, context));
}

async function initAuthority({ dir, name, days }: AuthorityFlags, command: Command, context: Context): Promise<void> {
  const files = authorityFiles(resolve(context.io.cwd, dir));
  if (readPair(files) !== undefined) throw new Failure(exitCode.refused, `${files.certificate} exists and is not overwritten`);
  const { newAuthority } = await import("../cert/certificate.ts");
  writePair(files, await newAuthority(name, days, Date.now()));
  tell(command, context, "init-ca", files, true);
}

async function issueOne(what: string, id: string | undefined, flags: IssueFlags, command: Command, context: Context): Promise<void> {
  const dir = resolve(context.io.cwd, flags.dir);
  const { files, purpose } = what === "server" ? server(dir, id, flags) : node(dir, what, id, flags);
  const authority = readPair(authorityFiles(dir));
  if (authority === undefined) throw new Failure(exitCode.usage, `${dir} holds no authority: run portolan cert init-ca`);
  const now = Date.now();
  const standing = readPair(files);
  const isNew = standing === undefined || flags.force === true || isDue(standing.certificate, now);
  if (isNew) {
    const { issue } = await import("../cert/certificate.ts");
    writePair(files, await issue(authority, purpose, now));
  } else context.io.stderr.write("more than a third of its life is left, so it stays; --force renews it\n");
  tell(command, context, "issue", files, isNew);
}

interface Order {
  readonly files: PairFiles;
  readonly purpose: Purpose;
}

function server(dir: string, id: string | undefined, { dns, ip, days }: IssueFlags): Order {
  if (id !== undefined) throw new Failure(exitCode.usage, "the server has no id; it has --dns and --ip");
  const names = [...dns.map((value) => ({ type: "dns" as const, value })), ...ip.map((value) => ({ type: "ip" as const, value }))];
  if (names.length === 0) throw new Failure(exitCode.usage, "say with --dns or --ip what the Envoys connect to");
  const files = { certificate: join(dir, "server.crt"), key: join(dir, "server.key") };
  return { files, purpose: { commonName: dns[0] ?? ip[0] ?? "", usage: "server", names, days } };
}

function node(dir: string, what: string, id: string | undefined, { dns, ip, days, trustDomain: domain }: IssueFlags): Order {
  if (what !== "node") throw new Failure(exitCode.usage, `expected server or node, found ${what}`);
  if (id === undefined || id === "") throw new Failure(exitCode.usage, "say the id of the node");
  if (dns.length + ip.length > 0) throw new Failure(exitCode.usage, "a node has an id; --dns and --ip are for the server");
  const { cert, key } = channelFiles(dir, id);
  const names = [{ type: "url" as const, value: `spiffe://${domain}/${encodeURIComponent(id)}` }];
  return { files: { certificate: cert, key }, purpose: { commonName: encodeURIComponent(id), usage: "client", names, days } };
}

function authorityFiles(dir: string): PairFiles {
  return { certificate: join(dir, "ca.crt"), key: join(dir, "ca.key") };
}

function tell(command: Command, context: Context, name: string, { certificate, key }: PairFiles, written: boolean): void {
  const { output } = globals(command, context);
  if (output === "text") context.io.stdout.write(`${certificate}\n${key}\n`);
  else writeData(context.io, output, { format_version: "1", command: `cert ${name}`, certificate, key, written });
}

function plainName(text: string): string {
  if (!/^[\w .-]{1,64}$/.test(text)) throw new InvalidArgumentError("Expected up to 64 letters, digits, spaces, dots, hyphens.");
  return text;
}

function hostNames(text: string, before: readonly string[]): readonly string[] {
  if (!/^(?:\*\.)?[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/i.test(text)) throw new InvalidArgumentError("Expected a host name.");
  return [...before, text];
}

function addresses(text: string, before: readonly string[]): readonly string[] {
  if (isIP(text) === 0) throw new InvalidArgumentError("Expected an IP address.");
  return [...before, text];
}

function trustDomain(text: string): string {
  if (!/^[a-z0-9._-]{1,255}$/.test(text))
    throw new InvalidArgumentError("Expected a trust domain: lower-case letters, digits, dots, hyphens.");
  return text;
}
