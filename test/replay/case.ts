/** A set-up: documents, and what requests get through an Envoy that has them. */
export interface Case {
  readonly name: string;
  /** In the shorthand of test/support; without a Listener there is an INSECURE one for HTTP, without a Host `*` with action Route. `$one` is the port of upstream `one`. */
  readonly documents: string;
  /** More documents, as they are written in a file. */
  readonly files?: string;
  /** What goes wrong on purpose: the codes of the problems, each once, in code point order; those of severity info need not be named. */
  readonly problems?: readonly string[];
  /** Sent one after the other. */
  readonly asks?: readonly (readonly [ask: Ask | string, answer: Answer | number | string])[];
  /** How many of a hundred requests an upstream, or a status, answers: 2,000 are sent, and 3 of a hundred may go astray. */
  readonly shares?: { readonly ask: Ask | string; readonly of: Readonly<Record<string, number>> };
  /** Each is sent five times and always to one upstream, and not all of them to the same. */
  readonly sticky?: readonly Ask[];
  /** What comes to other servers, at last: an expression for something that one of that name has seen. */
  readonly seen?: Readonly<Record<string, string>>;
  /** Expressions for lines that the file `$log` has at last. */
  readonly logged?: readonly string[];
}

/** A request. `"PUT http://host/path"` is short for its method and URL. */
export interface Ask {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** With an `https` URL: presents a certificate, or one that is revoked. */
  readonly certificate?: boolean | "revoked";
  /** With an `https` URL: the newest version that is spoken. */
  readonly newest?: "TLSv1.2";
  /** A line of the PROXY protocol, sent before everything else. */
  readonly proxy?: string;
  /** Sent as it is in place of a request; the answer's text is all that comes until the other side closes the connection, of HTTP with its status. */
  readonly raw?: string;
  /** Asks for this protocol, and sends `hello` through it; the answer's text is what comes back. */
  readonly upgrade?: string;
  /** Calls by gRPC with this message. */
  readonly grpc?: string;
}

/** What is expected of an answer: what is not named may be anything. A number is short for its status, `"one /path"` for 200 from that upstream, which saw that path. */
export interface Answer {
  /** 200 unless set; 0: the connection fails, as a handshake that is refused. */
  readonly status?: number;
  readonly from?: string;
  /** Path and query as the upstream saw them. */
  readonly path?: string;
  /** Headers as the upstream saw them; `null`: none of that name. */
  readonly saw?: Readonly<Record<string, string | RegExp | null>>;
  /** Headers of the answer; `null`: none of that name. */
  readonly headers?: Readonly<Record<string, string | RegExp | null>>;
  readonly text?: string | RegExp;
}

/** An {@link Ask} written out. */
export function askOf(ask: Ask | string): Ask & { readonly method: string } {
  const { url: line, ...rest } = typeof ask === "string" ? { url: ask } : ask;
  const [method, url] = line.includes(" ") ? (line.split(" ") as [string, string]) : (["GET", line] as const);
  return { method, url, ...rest };
}

/** An {@link Answer} written out. */
export function answerOf(answer: Answer | number | string): Answer {
  if (typeof answer === "number") return { status: answer };
  if (typeof answer !== "string") return answer;
  const [from = "", path] = answer.split(" ");
  return path === undefined ? { from } : { from, path };
}
