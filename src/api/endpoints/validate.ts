import type { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { z } from "zod";
import type { Trial } from "../../build/trial.ts";
import { shortName } from "../../envoy/type-url.ts";
import type { NodeState } from "../../fleet/node.ts";
import { answer } from "../answer.ts";
import { parameters } from "../parameters.ts";
import { RequestError } from "../request-error.ts";
import type { NodeBytesJson, ValidationJson } from "../shapes.ts";
import type { View } from "../view.ts";

const maxBytes = 32 * 1024 * 1024;

const file = z.strictObject({ path: z.string().min(1).max(4096), content: z.base64("expected base64") });
const level = z.enum(["routes", "resources", "patch"]).default("routes");

/**
 * `POST /validate` with `{files: [{path, content}], level}`, contents in base64: what these files would do in the place of those of the source. Changes
 * nothing. At most 32 MiB.
 */
export function validateEndpoint(app: Hono, view: View): void {
  const limit = bodyLimit({
    maxSize: maxBytes,
    onError: () => {
      throw new RequestError("too-large", "a request may have 32 MiB");
    },
  });
  app.post("/validate", limit, async (c) => {
    // A page of another site can send other types without being asked, but not this one.
    if (!/^application\/json\b/.test(c.req.header("content-type") ?? ""))
      throw new RequestError("bad-parameter", "expected content of the type application/json");
    const body: unknown = await c.req.json().catch(() => {
      throw new RequestError("bad-parameter", "the content is not JSON");
    });
    const wanted = parameters(body as Readonly<Record<string, unknown>>, { files: z.array(file), level });
    const files = wanted.files.map(({ path, content }) => ({ path, content: Buffer.from(content, "base64") }));
    const found = await view.trial(files, wanted.level);
    if (found === undefined) throw new RequestError("unavailable", "the server has built nothing yet");
    return answer(c, validationJson(found, view.nodes()));
  });
}

function validationJson(
  { base, difference, problems, introduced, documents, fleets, tests }: Trial,
  nodes: readonly NodeState[],
): ValidationJson {
  const { selected, heldBack, leftOut, ignored } = documents;
  return {
    base,
    documents: { selected, held_back: heldBack, left_out: leftOut, ignored },
    problems,
    introduced,
    ...difference,
    tests,
    nodes: nodes.flatMap((node) => {
      const types = node.state === "offline" ? undefined : fleets.find(({ fleet }) => fleet === node.fleet)?.types;
      const bytes = types === undefined ? 0 : bytesFor(node, types);
      return bytes === 0 ? [] : [{ id: node.id, fleet: node.fleet, bytes }];
    }),
  };
}

/** What a node would be sent of the types that it asks for: with delta what differs, otherwise all of a type that differs. */
function bytesFor({ protocol, types: asked }: NodeState, types: Trial["fleets"][number]["types"]): NodeBytesJson["bytes"] {
  const sent = Object.entries(types).filter(([type]) => asked[shortName(type)] !== undefined);
  return sent.reduce((sum, [, { delta, whole }]) => sum + (protocol === "delta" ? delta : whole), 0);
}
