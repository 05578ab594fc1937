import { type Finding, finding } from "../../../problem/finding.ts";

/** Which version of Envoy's protocol a gRPC service speaks; `undefined` for one that no Envoy speaks any more. */
export function protocolVersion(version: string | undefined, pointer: string, findings: Finding[]): "v3" | undefined {
  if (version === "v3") return version;
  if (version === undefined) {
    findings.push(
      finding(
        "ambassador/protocol-version",
        pointer.replace(/\/[^/]*$/, ""),
        "protocol_version is taken for v3; Emissary's default is v2",
        {
          fix: "write `protocol_version: v3`",
        },
      ),
    );
    return "v3";
  }
  const message = version === "v2" ? "no Envoy speaks v2 any more" : `protocol_version: ${version} is none of v3`;
  findings.push(
    finding("ambassador/protocol-version", pointer, message, {
      severity: "error",
      effect: "fails-in-place",
      fix: "write `protocol_version: v3`, and let the service speak it",
    }),
  );
  return undefined;
}
