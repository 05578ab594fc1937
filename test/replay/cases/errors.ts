import type { Case } from "../case.ts";

const overrides =
  'error_response_overrides: [{on_status_code: 404, body: {text_format: gone}}, {on_status_code: 503, body: {json_format: {error: "later", code: "%RESPONSE_CODE%"}}}]';
const failing = { url: "http://any.example/a/", headers: { "x-answer": "404" } };

/** Bodies of error responses that are replaced (ambassador.md 3.4). */
export const errors: readonly Case[] = [
  {
    name: "a text and a JSON body instead of the upstream's",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, ${overrides}, service: one}`,
    asks: [
      [failing, { status: 404, text: "gone", headers: { "content-type": "text/plain" } }],
      [
        { ...failing, headers: { "x-answer": "503" } },
        { status: 503, text: /"error":"later"/, headers: { "content-type": "application/json" } },
      ],
      [
        { ...failing, headers: { "x-answer": "500" } },
        { status: 500, text: /"upstream":"one"/ },
      ],
      ["http://any.example/a/", "one"],
    ],
  },
  {
    name: "an answer of Envoy itself is replaced too",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, ${overrides}, service: nobody}`,
    asks: [["http://any.example/a/", { status: 503, text: /"error":"later"/ }]],
  },
  {
    name: "the Module's rules count for every Mapping, and where there is no route",
    documents: `"Module ambassador": {config: {${overrides}}}, "Mapping a": {hostname: "*", prefix: /a/, service: one}`,
    asks: [
      [failing, { status: 404, text: "gone" }],
      ["http://any.example/none/", { status: 404, text: "gone" }],
    ],
  },
  {
    name: "a Mapping's rules replace all of the Module's",
    documents: `"Module ambassador": {config: {${overrides}}}, "Mapping a": {hostname: "*", prefix: /a/, error_response_overrides: [{on_status_code: 429, body: {text_format: slow}}], service: one}`,
    asks: [
      [failing, { status: 404, text: /"upstream":"one"/ }],
      [
        { ...failing, headers: { "x-answer": "429" } },
        { status: 429, text: "slow" },
      ],
    ],
  },
  {
    name: "a Mapping that bypasses the Module's rules",
    documents: `"Module ambassador": {config: {${overrides}}}, "Mapping a": {hostname: "*", prefix: /a/, bypass_error_response_overrides: true, service: one}`,
    asks: [[failing, { status: 404, text: /"upstream":"one"/ }]],
  },
  {
    name: "a content type of its own",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, error_response_overrides: [{on_status_code: 404, body: {text_format: "<b>gone</b>", content_type: text/html}}], service: one}`,
    asks: [[failing, { status: 404, text: "<b>gone</b>", headers: { "content-type": "text/html" } }]],
  },
];
