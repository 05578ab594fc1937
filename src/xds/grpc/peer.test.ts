import { expect, test } from "vitest";
import { identityOf } from "./peer.ts";

const expires = new Date(1_000);

test.each([
  [
    "the first URI, else the first DNS name, is shown",
    "DNS:a.example, URI:spiffe://x/a, URI:spiffe://x/b",
    ["spiffe://x/a", "spiffe://x/b"],
    "spiffe://x/a",
  ],
  ["a DNS name alone", "DNS:a.example, IP Address:10.0.0.1, DNS:b.example", [], "a.example"],
  ["nothing that counts", "IP Address:10.0.0.1, email:a@b.c", [], ""],
  ["no names at all", undefined, [], ""],
  [
    "a name that poses as two",
    'URI:"spiffe://x/a, URI:spiffe://x/admin"',
    ["spiffe://x/a, URI:spiffe://x/admin"],
    "spiffe://x/a, URI:spiffe://x/admin",
  ],
  ["a name with a quotation mark", 'DNS:"a\\", URI:spiffe://x/admin"', [], 'a", URI:spiffe://x/admin'],
])("%s", (_, names, uris, name) => {
  expect(identityOf(names, expires)).toEqual({ uris, name, expiresAt: 1_000 });
});
