const text = `100 200-208 226 300-305 307-308 400-417 421-424 426 428-429 431 500-508 510-511`;

/** The codes of Envoy's `StatusCode`: what a filter may answer with. */
export const statusCodes: ReadonlySet<number> = new Set(
  text.split(" ").flatMap((range) => {
    const [first = 0, last = first] = range.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  }),
);
