import type { Outline, Row } from "./outline.ts";

const both = ["S", "SA"] as const;
const row = (services: string, resources: string, subset?: string, r1?: string): Row => ({
  services,
  resources,
  ...(subset === undefined ? {} : { subset }),
  ...(r1 === undefined ? {} : { r1 }),
});

/** What the harness asks of SotW alone. */
export const sotwOutlines: readonly Outline[] = [
  {
    name: "a wildcard gets everything",
    variants: both,
    rows: [row("CDS", "ABC"), row("LDS", "DEF")],
    async play({ client, type }, { resources }) {
      client.subscribe(type);
      await client.receives(type, "1", ...resources);
      client.together(type, ...resources);
      await client.endsQuietly(type);
    },
  },
  {
    name: "a wildcard gets updates",
    variants: both,
    rows: [row("CDS", "ABC", "", "A"), row("LDS", "DEF", "", "D")],
    async play({ client, adapter, type }, { resources, r1 }) {
      client.subscribe(type);
      await client.receives(type, "1", ...resources);
      await adapter.change("UpdateResource", type, r1, "2");
      await client.receives(type, "2", ...resources);
      client.together(type, ...resources);
      await client.endsQuietly(type);
    },
  },
  {
    name: "a wildcard gets additions",
    variants: both,
    rows: [row("CDS", "ABC", "", "D"), row("LDS", "DEF", "", "G")],
    async play({ client, adapter, type }, { resources, r1 }) {
      client.subscribe(type);
      await client.receives(type, "1", ...resources);
      await adapter.change("AddResource", type, r1, "2");
      await client.receives(type, "2", ...resources, r1);
      client.together(type, ...resources, r1);
      await client.endsQuietly(type);
    },
  },
  {
    name: "an update of one that is named brings all that are named",
    variants: both,
    rows: [row("CDS", "ABCD", "BD", "B"), row("LDS", "GBLD", "LG", "G")],
    async play({ client, adapter, type }, { subset, r1 }) {
      client.subscribe(type, ...subset);
      await client.receives(type, "1", ...subset);
      await adapter.change("UpdateResource", type, r1, "2");
      await client.receives(type, "2", ...subset);
      client.together(type, ...subset);
      await client.endsQuietly(type);
    },
  },
  {
    name: "an update of one that is named brings that one",
    variants: both,
    rows: [row("RDS", "ABCD", "BD", "B"), row("EDS", "ABCD", "BD", "B")],
    async play({ client, adapter, type }, { subset, r1 }) {
      client.subscribe(type, ...subset);
      await client.receives(type, "1", ...subset);
      await adapter.change("UpdateResource", type, r1, "2");
      await client.receives(type, "2", r1);
      await client.endsQuietly(type);
    },
  },
  {
    name: "one that is named and missing comes with all that are named",
    variants: both,
    rows: [row("CDS", "ABC", "AZ", "Z"), row("LDS", "GBD", "BDX", "X")],
    async play({ client, adapter, type }, { subset, r1 }) {
      client.subscribe(type, ...subset);
      await client.receives(type, "1", ...subset.replace(r1, ""));
      await adapter.change("AddResource", type, r1, "2");
      await client.receives(type, "2", ...subset);
      client.together(type, ...subset);
      await client.endsQuietly(type);
    },
  },
  {
    name: "one that is named and missing comes when it is created",
    variants: both,
    rows: [row("RDS", "ABCD", "AZ", "Z"), row("EDS", "ABCD", "AZ", "Z")],
    async play({ client, adapter, type }, { subset, r1 }) {
      client.subscribe(type, ...subset);
      await client.receives(type, "1", ...subset.replace(r1, ""));
      await adapter.change("AddResource", type, r1, "2");
      await client.receives(type, "2", r1);
      await client.endsQuietly(type);
    },
  },
  {
    name: "a smaller list gets at least what it names",
    variants: both,
    rows: [row("CDS", "FABCD", "CAB", "A"), row("LDS", "GBLD", "BDL", "B")],
    async play({ client, adapter, type }, { subset, r1 }) {
      client.subscribe(type, ...subset);
      await client.receives(type, "1", ...subset);
      await client.narrow(type, r1);
      await adapter.change("UpdateResource", type, r1, "2");
      await client.receives(type, "2", r1);
      client.together(type, r1);
      await client.endsQuietly(type);
    },
  },
  {
    name: "a smaller list gets only what it names",
    variants: both,
    rows: [row("RDS", "ABCD", "BD", "B"), row("EDS", "ABCD", "BD", "B")],
    async play({ client, adapter, type }, { subset, r1 }) {
      client.subscribe(type, ...subset);
      await client.receives(type, "1", ...subset);
      await client.narrow(type, r1);
      await adapter.change("UpdateResource", type, r1, "2");
      await client.receivesOnly(type, "2", r1);
      await client.endsQuietly(type);
    },
  },
  {
    name: "who unsubscribes from everything gets nothing",
    variants: both,
    rows: ["CDS", "RDS", "LDS", "EDS"].map((service) => row(service, "ABCD", "AB", "B")),
    async play({ client, adapter, type }, { subset, r1 }) {
      client.subscribe(type, ...subset);
      await client.receives(type, "1", ...subset);
      await client.unsubscribeAll(type);
      await adapter.change("UpdateResource", type, r1, "2");
      // The stream stays open, beside those of the cases that follow.
      await client.receivesNothing(type);
    },
  },
  {
    name: "two services on one stream",
    variants: ["SA"],
    rows: [row("CDS,LDS", "ABC", "", "B"), row("RDS,EDS", "ABC", "", "B")],
    async play({ client, adapter, type, other }, { r1 }) {
      client.subscribe(type, r1);
      await client.receives(type, "1", r1);
      client.subscribe(other, r1);
      await client.receives(other, "1", r1);
      await adapter.change("UpdateResource", type, r1, "2");
      await client.receives(type, "2", r1);
      await client.endsQuietly(type);
    },
  },
];
