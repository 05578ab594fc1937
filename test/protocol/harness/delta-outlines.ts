import type { Outline, Row } from "./outline.ts";

const both = ["D", "DA"] as const;

/** One row for clusters with these names, and one with those for each other type. */
function rows(clusters: Omit<Row, "services">, others: Omit<Row, "services">): Row[] {
  return [{ services: "CDS", ...clusters }, ...["LDS", "RDS", "EDS"].map((services) => ({ services, ...others }))];
}

/** What the harness asks of delta, and of delta and SotW alike. */
export const deltaOutlines: readonly Outline[] = [
  {
    name: "names get themselves",
    variants: ["S", "SA", "D", "DA"],
    rows: [
      { services: "LDS", resources: "GBLD", subset: "LG" },
      { services: "RDS", resources: "BA", subset: "BA" },
    ],
    async play({ client, type }, { subset }) {
      client.subscribe(type, ...subset);
      await client.receives(type, "1", ...subset);
      await client.endsQuietly(type);
    },
  },
  {
    name: "one name after the other",
    variants: both,
    rows: rows({ resources: "ABC", r1: "A", r2: "B" }, { resources: "DEF", r1: "D", r2: "E" }),
    async play({ client, type }, { r1, r2 }) {
      client.subscribe(type, r1);
      await client.receives(type, "1", r1);
      client.subscribe(type, r2);
      await client.receives(type, "1", r2);
      await client.endsQuietly(type);
    },
  },
  {
    name: "an update brings that one alone",
    variants: both,
    rows: rows({ resources: "ABC", r1: "A" }, { resources: "ABC", r1: "A" }),
    async play({ client, adapter, type }, { resources, r1 }) {
      client.subscribe(type, ...resources);
      await client.receives(type, "1", ...resources);
      await adapter.change("UpdateResource", type, r1, "2");
      await client.receives(type, "2", r1);
      client.alone(type, r1, "nonce and version");
      await client.endsQuietly(type);
    },
  },
  {
    name: "a missing one comes when it is created, under the version there is",
    variants: both,
    rows: rows({ resources: "A", subset: "AB", r1: "A", r2: "B" }, { resources: "D", subset: "DE", r1: "D", r2: "E" }),
    async play({ client, adapter, type }, { subset, r1, r2 }) {
      client.subscribe(type, ...subset);
      await client.receives(type, "1", r1);
      client.alone(type, r1, "nonce and version");
      await adapter.change("AddResource", type, r2, "1");
      await client.receives(type, "1", r2);
      client.alone(type, r2, "nonce");
      await client.endsQuietly(type);
    },
  },
  {
    name: "a removal is told, and so is a creation after it",
    variants: both,
    rows: rows({ resources: "AB", r1: "B" }, { resources: "DE", r1: "E" }),
    async play({ client, adapter, type }, { resources, r1 }) {
      client.subscribe(type, ...resources);
      await client.receives(type, "1", ...resources);
      await adapter.change("RemoveResource", type, r1, "1");
      await client.losesSight(type, r1);
      await adapter.change("AddResource", type, r1, "2");
      await client.receives(type, "2", r1);
      client.alone(type, r1, "nonce and version");
      await client.endsQuietly(type);
    },
  },
  {
    name: "who unsubscribes one by one gets no updates",
    variants: both,
    rows: rows({ resources: "AB", r1: "B", r2: "A" }, { resources: "DE", r1: "E", r2: "D" }),
    async play({ client, adapter, type }, { resources, r1, r2 }) {
      client.subscribe(type, ...resources);
      await client.receives(type, "1", ...resources);
      for (const name of [r1, r2]) {
        await client.unsubscribe(type, name);
        await adapter.change("UpdateResource", type, name, "2");
        await client.receivesNothing(type, name);
      }
      await client.endsQuietly(type);
    },
  },
  {
    name: "two services on one stream, one after the other",
    variants: ["DA"],
    rows: ["CDS,LDS", "LDS,CDS", "RDS,EDS", "EDS,RDS"].map((services) => ({ services, resources: "ABC", r1: "B" })),
    async play({ client, adapter, type, other }, { r1 }) {
      client.subscribe(type, r1);
      client.subscribe(other, r1);
      await client.receives(type, "1", r1);
      await client.receives(other, "1", r1);
      await adapter.change("UpdateResource", type, r1, "2");
      await client.receives(type, "2", r1);
      await adapter.change("UpdateResource", other, r1, "2");
      await client.receives(other, "2", r1);
      await client.endsQuietly(type);
    },
  },
];
