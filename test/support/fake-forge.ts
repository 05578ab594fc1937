import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A comment as both forges list it. */
export interface ForgeComment {
  readonly id: number;
  body: string;
}

/** What a forge was asked, and how it is to behave. */
export interface FakeForge {
  readonly url: string;
  readonly comments: ForgeComment[];
  /** `POST /repos/…`, in order. */
  readonly asked: string[];
  /** Answers writing requests with this status. */
  refuse: number | undefined;
  /** Where lists say that their next page is, instead of where it is. */
  next: string | undefined;
  close(): void;
}

/**
 * The comments of pull requests as GitHub and GitLab document them: lists in pages of `per_page` with a `Link` to the next, POST makes one (201), PATCH of
 * GitHub and PUT of GitLab change one (200), and nothing is answered without the right token (401).
 */
export async function fakeForge(kind: "github" | "gitlab", token: string): Promise<FakeForge> {
  const list = kind === "github" ? "/repos/acme/routes/issues/7/comments" : "/projects/42/merge_requests/7/notes";
  const one = kind === "github" ? "/repos/acme/routes/issues/comments/" : `${list}/`;
  const forge: Omit<FakeForge, "url" | "close"> = { comments: [], asked: [], refuse: undefined, next: undefined };
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "", origin());
    forge.asked.push(`${request.method} ${url.pathname}`);
    const isKnown =
      request.headers[kind === "github" ? "authorization" : "private-token"] === (kind === "github" ? `Bearer ${token}` : token);
    if (!isKnown) return answer(response, 401, { message: "Unauthorized" });
    if (request.method === "GET" && url.pathname === list) return page(url, response);
    if (forge.refuse !== undefined) return answer(response, forge.refuse, { message: "Resource not accessible by integration" });
    const { body } = JSON.parse(await textOf(request)) as { readonly body: string };
    if (request.method === "POST" && url.pathname === list) {
      forge.comments.push({ id: 1000 + forge.comments.length, body });
      return answer(response, 201, forge.comments.at(-1));
    }
    const found = forge.comments.find(({ id }) => url.pathname === `${one}${id}`);
    if (request.method !== (kind === "github" ? "PATCH" : "PUT") || found === undefined)
      return answer(response, 404, { message: "Not Found" });
    found.body = body;
    return answer(response, 200, found);
  });

  function page(url: URL, response: ServerResponse): void {
    const [size, number] = [Number(url.searchParams.get("per_page") ?? 30), Number(url.searchParams.get("page") ?? 1)];
    const shown = forge.comments.slice((number - 1) * size, number * size);
    const next = new URL(url);
    next.searchParams.set("page", String(number + 1));
    const link = number * size < forge.comments.length ? { link: `<${forge.next ?? next}>; rel="next", <${next}>; rel="last"` } : {};
    response.writeHead(200, { "content-type": "application/json", ...link }).end(JSON.stringify(shown));
  }

  const origin = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  return Object.assign(forge, { url: origin(), close: () => void server.close() });
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}
