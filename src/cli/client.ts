import { Option } from "commander";
import { configuredServerUrl } from "./config/file.ts";
import { exitCode } from "./exit-code.ts";
import { Failure } from "./failure.ts";
import type { Io } from "./io.ts";

/** `--server-url`, of every command that asks a server. */
export function serverUrlOption(): Option {
  return new Option("--server-url <url>", "HTTP API of the server (default: that of ./portolan.yaml, or http://127.0.0.1:18080)");
}

/** `--token`, of every command that asks a server. */
export function tokenOption(): Option {
  return new Option("--token <token>", "bearer token of the API; better in PORTOLAN_TOKEN, where other users of the machine do not see it");
}

/** `--selector`, of commands about nodes. */
export function selectorOption(): Option {
  return new Option("--selector <terms>", "only nodes that fit, such as cluster=edge-*,zone!=z1,metadata.env=prod");
}

/** The URL that flag, variable or file name, or the default. */
export function serverUrl(given: string | undefined, { cwd }: Pick<Io, "cwd">): string {
  const url = given ?? configuredServerUrl(cwd) ?? "http://127.0.0.1:18080";
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? ""))
    throw new Failure(exitCode.usage, `--server-url ${url}: expected an http or https URL`);
  return url.replace(/\/+$/, "");
}

/** An answer; `body` is absent if nothing has changed since `etag`. */
export interface Answer<Body> {
  readonly body?: Body;
  readonly etag?: string;
}

/** Asks the API of a server. */
export class Client {
  readonly #url: string;
  readonly #signal: AbortSignal;
  readonly #credentials: Record<string, string>;

  /** `url` without a slash at its end; `signal` gives up whatever is asked; `token` says who asks. */
  constructor(url: string, signal: AbortSignal, token?: string) {
    this.#url = url;
    this.#signal = signal;
    this.#credentials = token === undefined ? {} : { authorization: `Bearer ${token}` };
  }

  /** Gets what stands below `/api/v1alpha1`. Throws a {@link Failure} with a clear message; when the signal aborts, one that is an interruption. */
  async get<Body>(
    path: string,
    parameters: Readonly<Record<string, string | number | undefined>> = {},
    etag?: string,
  ): Promise<Answer<Body>> {
    const url = new URL(`${this.#url}/api/v1alpha1${path}`);
    for (const [name, value] of Object.entries(parameters)) if (value !== undefined) url.searchParams.set(name, String(value));
    const response = await this.#fetch(url, etag === undefined ? {} : { "if-none-match": etag });
    const tag = response.headers.get("etag");
    if (response.status === 304) return { ...(tag === null ? {} : { etag: tag }) };
    const body = await this.#body(response);
    if (!response.ok) throw refusal(response.status, body);
    return { body: body as Body, ...(tag === null ? {} : { etag: tag }) };
  }

  /** Posts JSON to what stands below `/api/v1alpha1`. Throws as {@link get} does. */
  async post<Body>(path: string, value: object): Promise<Body> {
    const url = new URL(`${this.#url}/api/v1alpha1${path}`);
    const response = await this.#fetch(url, { "content-type": "application/json" }, JSON.stringify(value));
    const body = await this.#body(response);
    if (!response.ok) throw refusal(response.status, body);
    return body as Body;
  }

  async #fetch(url: URL, headers: Record<string, string>, body?: string): Promise<Response> {
    const sent = body === undefined ? {} : { method: "POST", body };
    try {
      return await fetch(url, {
        headers: { accept: "application/json", ...this.#credentials, ...headers },
        redirect: "error",
        signal: this.#signal,
        ...sent,
      });
    } catch (error) {
      throw this.#unreachable(error);
    }
  }

  async #body(response: Response): Promise<unknown> {
    let text: string;
    try {
      text = await response.text();
    } catch (error) {
      throw this.#unreachable(error);
    }
    try {
      return JSON.parse(text);
    } catch {
      throw new Failure(exitCode.unreachable, `what answers at ${this.#url} is not Portolan (status ${response.status})`);
    }
  }

  #unreachable(error: unknown): Failure {
    if (this.#signal.aborted) return new Failure(exitCode.interrupted, "interrupted");
    const advice = 'is "portolan serve" running there? --server-url names another';
    return new Failure(exitCode.unreachable, `cannot reach the server at ${this.#url}: ${reason(error)}; ${advice}`);
  }
}

function reason(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const { code, message } = cause as NodeJS.ErrnoException;
  const known: Readonly<Record<string, string>> = {
    ECONNREFUSED: "the connection is refused",
    ENOTFOUND: "there is no such host",
    ECONNRESET: "the connection was cut",
    UND_ERR_SOCKET: "the connection was cut",
  };
  return known[code ?? ""] ?? message;
}

function refusal(status: number, body: unknown): Failure {
  const { detail, code: why } = body as { readonly detail?: string; readonly code?: string };
  const isAway = status === 401 || status >= 500 || (status === 403 && why !== "api/role-required");
  const code = isAway ? exitCode.unreachable : status === 400 ? exitCode.usage : exitCode.refused;
  return new Failure(code, `the server refuses: ${detail ?? `status ${status}`}`);
}
