import { z } from "zod";
import type { FilterUse } from "../../../model/model.ts";

const levels = { BEST: "BEST_COMPRESSION", SPEED: "BEST_SPEED", DEFAULT: "DEFAULT_COMPRESSION" } as const;
const strategies = { DEFAULT: "DEFAULT_STRATEGY", FILTERED: "FILTERED", HUFFMAN_ONLY: "HUFFMAN_ONLY", RLE: "RLE", FIXED: "FIXED" } as const;

/** The Module's `gzip`. */
export const gzipSchema = z.strictObject({
  memory_level: z.number().int().min(1).max(9).optional(),
  min_content_length: z.number().int().min(0).max(4294967295).optional(),
  compression_level: z.enum(["BEST", "SPEED", "DEFAULT"]).optional(),
  compression_strategy: z.enum(["DEFAULT", "FILTERED", "HUFFMAN_ONLY", "RLE", "FIXED"]).optional(),
  window_bits: z.number().int().min(9).max(15).optional(),
  content_type: z.array(z.string()).optional(),
  disable_on_etag_header: z.boolean().optional(),
  remove_accept_encoding_header: z.boolean().optional(),
  enabled: z.boolean().optional(),
});

/** Compresses responses by gzip; `undefined` if it is disabled. */
export function compressor(input: z.infer<typeof gzipSchema>): FilterUse | undefined {
  if (input.enabled === false) return undefined;
  const { memory_level, window_bits, compression_level: level, compression_strategy: strategy } = input;
  const { min_content_length, content_type, disable_on_etag_header, remove_accept_encoding_header } = input;
  return {
    filter: "compressor",
    config: {
      type: "envoy.extensions.filters.http.compressor.v3.Compressor",
      value: {
        response_direction_config: {
          common_config: {
            ...(min_content_length === undefined ? {} : { min_content_length }),
            ...(content_type === undefined ? {} : { content_type }),
          },
          ...(disable_on_etag_header ? { disable_on_etag_header } : {}),
          ...(remove_accept_encoding_header ? { remove_accept_encoding_header } : {}),
        },
        compressor_library: {
          name: "envoy.compression.gzip.compressor",
          typed_config: {
            "@type": "type.googleapis.com/envoy.extensions.compression.gzip.compressor.v3.Gzip",
            ...(memory_level === undefined ? {} : { memory_level }),
            ...(level === undefined ? {} : { compression_level: levels[level] }),
            ...(strategy === undefined ? {} : { compression_strategy: strategies[strategy] }),
            ...(window_bits === undefined ? {} : { window_bits }),
          },
        },
      },
    },
  };
}
