import { Composer, CST, type Document, Lexer, type Node, Parser } from "yaml";
import { limits } from "./limits.ts";

/** One YAML document of a stream. Offsets are UTF-16 units of the text. */
export interface YamlDocument {
  readonly contents: Node | null;
  readonly start: number;
}

/** Why a stream cannot be read, and where. */
export interface Failure {
  readonly why: "syntax" | "limit";
  readonly message: string;
  readonly offset: number;
}

// A check for equal keys in `yaml` is quadratic, so values are checked while they are made. Without known tags all values are JSON's.
const options = { schema: "core", resolveKnownTags: false, uniqueKeys: false, keepSourceTokens: false, logLevel: "silent" } as const;

/**
 * Reads a text as a stream of YAML 1.2 documents (core schema, whatever a `%YAML` directive says).
 * Gives a failure at the first mistake, alias, or level of nesting beyond the limit, before memory or stack grow with it.
 */
export function composeDocuments(text: string): readonly YamlDocument[] | Failure {
  // `yaml` makes an Error for each mistake, a file can hold 100,000, and most of their time goes into stacks that nobody reads.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return compose(text);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function compose(text: string): readonly YamlDocument[] | Failure {
  const parser = new Parser();
  const composer = new Composer(options);
  const documents: YamlDocument[] = [];
  let failure: Failure | undefined;

  const take = (tokens: Iterable<CST.Token>) => {
    for (const token of tokens) {
      if (token.type === "error") failure ??= { why: "syntax", message: tidy(token.message), offset: token.offset };
      for (const document of composer.next(token)) add(document);
    }
  };
  const add = (document: Document.Parsed) => {
    const [error] = document.errors;
    if (error !== undefined) failure ??= { why: "syntax", message: tidy(error.message), offset: error.pos[0] };
    documents.push({ contents: document.contents, start: document.range[0] });
  };

  let isScalar = false;
  let tokens = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (++tokens > limits.tokens) return { why: "limit", message: tokensMessage, offset: parser.offset };
    if (!isScalar && lexeme.startsWith("*")) return { why: "limit", message: "aliases are not read", offset: parser.offset };
    isScalar = !isScalar && lexeme === CST.SCALAR;
    take(parser.next(lexeme));
    if (failure !== undefined) return failure;
    // The stack holds the document, every open collection, and perhaps a scalar.
    if (parser.stack.length > limits.nesting + 2) return { why: "limit", message: nestingMessage, offset: parser.offset };
    if (documents.length > limits.documents) return { why: "limit", message: documentsMessage, offset: documents.at(-1)?.start ?? 0 };
  }
  take(parser.end());
  for (const document of composer.end()) add(document);
  const [error] = composer.streamInfo().errors;
  if (error !== undefined) failure ??= { why: "syntax", message: tidy(error.message), offset: error.pos[0] };
  return failure ?? documents;
}

/** What is said about a file with too many documents. */
export const documentsMessage = `a file may hold ${limits.documents} documents`;

const tokensMessage = `a file may have ${limits.tokens} YAML tokens`;

/** What is said about a file that is nested too deeply. */
export const nestingMessage = `mappings and sequences may be nested ${limits.nesting} deep`;

/** Messages of `yaml` may quote the text, which may be a secret: only what stands before the quotation is said. */
function tidy(message: string): string {
  const quoted = message.search(/: ?["'`]/);
  const short = quoted === -1 ? message : message.slice(0, quoted);
  return (short.startsWith("Not a YAML token") ? "not a YAML token" : short).split("\n", 1)[0] ?? "";
}
