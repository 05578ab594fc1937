import { expect, test } from "vitest";
import { isHostDomain, isHostGlob, isWithin, overlap } from "./hostname.ts";

test.each([
  ["*", true],
  ["a.example.com", true],
  ["*.example.com", true],
  ["*x", true],
  ["a.*", true],
  ["", false],
  ["**", false],
  ["*x*", false],
  ["a.*.com", false],
])("%j as the hostname of a Mapping: %s", (text, good) => {
  expect(isHostGlob(text)).toBe(good);
});

test.each([
  ["*", true],
  ["*:8080", true],
  ["a.example.com", true],
  ["a.example.com:8080", true],
  ["*.example.com", true],
  ["*-x.example.com:81", true],
  ["name.*", true],
  ["[::1]:80", true],
  ["name.*:80", false],
  ["name*", false],
  ["a.*.com", false],
  ["*x*", false],
  ["", false],
  ["a b", false],
])("%j as the hostname of a Host: %s", (text, good) => {
  expect(isHostDomain(text)).toBe(good);
});

test.each([
  ["equal", "a.com", "a.com", true],
  ["everything", "*", "a.com", true],
  ["two literals", "a.com", "b.com", false],
  ["a leading dot", ".com", "*.com", false],
  ["both ends", "*a*", "a", false],
  ["leading and trailing", "*.com", "a.*", true],
  ["leading, one within the other", "*.a.com", "*.com", true],
  ["leading, apart", "*.a.com", "*.b.com", false],
  ["trailing, one within the other", "a.b*", "a.*", true],
  ["trailing, apart", "a.*", "b.*", false],
  ["a literal that fits", "*.com", "a.b.com", true],
  ["a literal without more", "*.com", ".com", false],
  ["a literal that does not fit", "*.com", "a.org", false],
  ["a trailing wildcard that fits", "a.*", "a.com", true],
  ["a trailing wildcard without more", "a.*", "a.", false],
])("overlap: %s", (_, a, b, expected) => {
  expect(overlap(a, b)).toBe(expected);
  expect(overlap(b, a)).toBe(expected);
});

test.each([
  ["a.example.com", "*", true],
  ["a.example.com", "a.example.com", true],
  ["a.example.com", "*.example.com", true],
  ["a.example.com", "a*", true],
  ["a.example.com", "*a.example.com", false],
  ["*.a.com", "*.com", true],
  ["*.com", "*.a.com", false],
  ["a.b*", "a.*", true],
  ["a.*", "*.com", false],
  ["*", "a.com", false],
  ["*", "*.com", false],
])("every host of %s fits %s: %s", (narrow, wide, expected) => {
  expect(isWithin(narrow, wide)).toBe(expected);
});
