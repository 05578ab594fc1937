import { type Finding, finding } from "../../problem/finding.ts";

/** What stands on the wire of a Listener. */
export interface Stack {
  readonly proxy: boolean;
  readonly tls: boolean;
  readonly http: boolean;
  readonly transport: "tcp" | "udp";
}

/** A layer, as a Listener writes it. */
export type Layer = "PROXY" | "TLS" | "HTTP" | "TCP" | "UDP";

/** The short names of the usual stacks (ambassador.md 7.1). */
const protocols: Readonly<Record<string, readonly Layer[]>> = {
  HTTP: ["HTTP", "TCP"],
  HTTPS: ["TLS", "HTTP", "TCP"],
  HTTPPROXY: ["PROXY", "HTTP", "TCP"],
  HTTPSPROXY: ["PROXY", "TLS", "HTTP", "TCP"],
  TCP: ["TCP"],
  TLS: ["TLS", "TCP"],
};

/** Reads `protocol` and `protocolStack`, of which the stack counts. What is found when there is no stack leaves the Listener out. */
export function stackOf(protocol: string | undefined, written: readonly Layer[] | undefined, findings: Finding[]): Stack {
  if (written === undefined) return ofLayers(ofProtocol(protocol, findings));
  if (protocol !== undefined) {
    findings.push(
      finding("ambassador/protocol-and-stack", "/spec/protocol", "protocol is ignored because protocolStack is set", {
        on: "key",
        fix: "remove protocol",
      }),
    );
  }
  if (!isStack(written)) {
    findings.push(finding("ambassador/bad-stack", "/spec/protocolStack", `${written.join(" over ") || "nothing"} cannot be`));
  }
  return ofLayers(written);
}

function ofProtocol(protocol: string | undefined, findings: Finding[]): readonly Layer[] {
  if (protocol === undefined) {
    findings.push(
      finding("document/missing-field", "/spec", "a Listener needs protocol or protocolStack", { fix: "write `protocol: HTTP`" }),
    );
  } else if (protocol === "UDP") {
    const message = "UDP has no protocol of its own; use protocolStack";
    findings.push(finding("document/bad-enum", "/spec/protocol", message, { effect: "left-out" }));
  } else if (protocol === "HTTPSPROXY") {
    findings.push(
      finding(
        "ambassador/proxy-order",
        "/spec/protocol",
        "the PROXY protocol is read before TLS; Emissary expects it inside, which never works",
      ),
    );
  }
  return protocols[protocol ?? ""] ?? [];
}

function ofLayers(layers: readonly Layer[]): Stack {
  return {
    proxy: layers.includes("PROXY"),
    tls: layers.includes("TLS"),
    http: layers.includes("HTTP"),
    transport: layers.at(-1) === "UDP" ? "udp" : "tcp",
  };
}

/** Whether the protocols can stand on one another: TCP or UDP last and only there, none twice, UDP only below HTTP and never below PROXY (7.1). */
function isStack(stack: readonly Layer[]): boolean {
  const last = stack.at(-1);
  const above = stack.slice(0, -1);
  return (
    (last === "TCP" || (last === "UDP" && above.includes("HTTP") && !above.includes("PROXY"))) &&
    !above.includes("TCP") &&
    !above.includes("UDP") &&
    new Set(stack).size === stack.length
  );
}
