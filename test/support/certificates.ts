import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** A certificate and its key, in files. */
export interface Pair {
  readonly cert: string;
  readonly key: string;
}

/** Makes certificates in a directory with the `openssl` of the machine. */
export class Authority {
  readonly #directory: string;
  readonly #name: string;
  readonly ca: Pair;

  /** A fresh authority; its files bear the name. */
  constructor(directory: string, name = "ca") {
    this.#directory = directory;
    this.#name = name;
    this.ca = this.#files(name);
    openssl("req", "-x509", ...newKey(this.ca.key), "-subj", `/CN=${name}`, "-days", "30", "-out", this.ca.cert);
  }

  /** A certificate with these subject alternative names (`URI:spiffe://x/a,DNS:localhost`); `days`: below 0, it has expired. */
  issue(name: string, names: string, days = 1): Pair {
    const pair = this.#files(name);
    const request = join(this.#directory, `${name}.csr`);
    const extensions = join(this.#directory, `${name}.ext`);
    writeFileSync(extensions, names === "" ? "basicConstraints=CA:FALSE\n" : `subjectAltName=${names}\n`);
    openssl("req", "-new", ...newKey(pair.key), "-subj", `/CN=${name}`, "-out", request);
    const signed = ["x509", "-req", "-in", request, "-CA", this.ca.cert, "-CAkey", this.ca.key, "-CAcreateserial"];
    openssl(...signed, "-days", `${days}`, "-extfile", extensions, "-out", pair.cert);
    return pair;
  }

  /** A list of revoked certificates with this one of its own; gives its file. */
  revoke({ cert }: Pair): string {
    const file = (end: string) => join(this.#directory, `${this.#name}-revoked.${end}`);
    const field = (option: string) => execFileSync("openssl", ["x509", "-in", cert, "-noout", option], { encoding: "utf8" }).trim();
    const serial = field("-serial").replace("serial=", "");
    writeFileSync(file("txt"), `R\t491231235959Z\t200101000000Z\t${serial}\tunknown\t/CN=revoked\n`);
    writeFileSync(file("cnf"), `[ca]\ndefault_ca = d\n[d]\ndatabase = ${file("txt")}\ndefault_md = sha256\ndefault_crl_days = 30\n`);
    openssl("ca", "-gencrl", "-config", file("cnf"), "-cert", this.ca.cert, "-keyfile", this.ca.key, "-out", file("crl"));
    return file("crl");
  }

  #files(name: string): Pair {
    const stem = join(this.#directory, name === this.#name ? name : `${this.#name}-${name}`);
    return { cert: `${stem}.crt`, key: `${stem}.key` };
  }
}

function newKey(file: string): string[] {
  return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", file];
}

function openssl(...args: readonly string[]): void {
  execFileSync("openssl", args, { stdio: "pipe" });
}
