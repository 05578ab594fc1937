import { z } from "zod";

/** A Kubernetes label selector. */
export const selectorSchema = z.strictObject({
  matchLabels: z.record(z.string(), z.string()).optional(),
  matchExpressions: z
    .array(
      z.strictObject({
        key: z.string(),
        operator: z.enum(["In", "NotIn", "Exists", "DoesNotExist"]),
        values: z.array(z.string()).optional(),
      }),
    )
    .optional(),
});

/** See {@link selectorSchema}. */
export type Selector = z.infer<typeof selectorSchema>;

type Labels = Readonly<Record<string, string>>;

/** Whether a selector says nothing, which matches everything. */
export function isEmptySelector({ matchLabels = {}, matchExpressions = [] }: Selector): boolean {
  return Object.keys(matchLabels).length === 0 && matchExpressions.length === 0;
}

/** Whether all labels and expressions of the selector hold. */
export function selects({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => own(labels, key) === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = own(labels, key);
      if (operator === "In") return value !== undefined && values.includes(value);
      if (operator === "NotIn") return value === undefined || !values.includes(value);
      return (operator === "Exists") === (value !== undefined);
    })
  );
}

/** Whether one label or one expression of the selector holds, or it has none (`looseLabelSelectors`). */
export function selectsLoosely(selector: Selector, labels: Labels): boolean {
  const { matchLabels = {}, matchExpressions = [] } = selector;
  return (
    isEmptySelector(selector) ||
    Object.entries(matchLabels).some(([key, value]) => own(labels, key) === value) ||
    matchExpressions.some((expression) => selects({ matchExpressions: [expression] }, labels))
  );
}

function own(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}
