import type { GroupKind } from "../document/document.ts";
import type { Language } from "../language/language.ts";

/** Gives the language that owns a kind: that of its group, or the one that owns single kinds of the group; a kind has at most one. */
export function owners(languages: readonly Language[]): (of: GroupKind) => Language | undefined {
  const byGroup = new Map(languages.flatMap((language) => [...language.groups].map((group) => [group, language])));
  const byKind = new Map(
    languages.flatMap((language) =>
      [...language.kinds].flatMap(([apiVersion, kinds]) =>
        [...kinds].map((kind) => [`${/^(.*)\//.exec(apiVersion)?.[1] ?? ""}/${kind}`, language] as const),
      ),
    ),
  );
  return ({ group, kind }) => byGroup.get(group) ?? byKind.get(`${group}/${kind}`);
}
