/** What a field becomes, and its default as a person would write it; `reported`: it has no effect, and that is said (`ambassador/dead-field`). */
export interface FieldText {
  readonly becomes: string;
  readonly default?: string;
  readonly reported?: true;
}

/** Texts by the name of the field below `spec`, as `KindField` has it. */
export type FieldTexts = Readonly<Record<string, FieldText>>;

/** A field that is served. */
export function served(becomes: string, whenUnset?: string): FieldText {
  return whenUnset === undefined ? { becomes } : { becomes, default: whenUnset };
}

/** A field that has no effect; `instead` is what to do. */
export function dead(instead = "remove it"): FieldText {
  return { becomes: `nothing; ${instead}`, reported: true };
}

/** The texts of an object's fields, and of the object itself if there is one for the empty name, below the name of the object. */
export function below(name: string, texts: FieldTexts): FieldTexts {
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key === "" ? name : `${name}.${key}`, text]));
}
