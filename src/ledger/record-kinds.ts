import { type BodyCheck, isTime } from "./record.ts";

const isText = (value: unknown) => typeof value === "string" && value.length <= 2_000 && value.trim() !== "";

const fieldChecks = {
  /** One to 2,000 characters, not all of them blank. */
  text: isText,
  /** Up to 100 texts. */
  texts: (value) => Array.isArray(value) && value.length <= 100 && value.every(isText),
  sha256: (value) => typeof value === "string" && /^[0-9a-f]{64}$/.test(value),
  /** A moment: "2026-11-21T09:54:46.000Z". */
  time: (value) => typeof value === "string" && isTime(value),
  /** A day: "2026-11-21". */
  day: (value) => typeof value === "string" && isTime(`${value}T00:00:00.000Z`),
  count: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
  number: (value) => typeof value === "number" && Number.isFinite(value),
  flag: (value) => typeof value === "boolean",
} satisfies Record<string, (value: unknown) => boolean>;

export type FieldKind = keyof typeof fieldChecks;

/**
 * A check of bodies declared as data: each field by its kind, with "?" where it may be missing.
 * A field that is not declared is refused, so nothing travels along unseen.
 *
 *     bodyOf({ protocol: "sha256", reason: "text", replaces: "sha256?" })
 */
export function bodyOf(fields: Readonly<Record<string, FieldKind | `${FieldKind}?`>>): BodyCheck {
  const declared = new Map(
    Object.entries(fields).map(([name, kind]) => {
      const plain = kind.replace("?", "") as FieldKind;
      return [name, { plain, isOptional: plain !== kind }];
    }),
  );
  return (body) => {
    const unknown = Object.keys(body).find((name) => !declared.has(name));
    if (unknown !== undefined) return `has an unknown field ${JSON.stringify(unknown)}`;
    for (const [name, { plain, isOptional }] of declared) {
      const value = Object.hasOwn(body, name) ? body[name] : undefined;
      if (value === undefined && isOptional) continue;
      if (value === undefined) return `has no ${name}`;
      if (!fieldChecks[plain](value)) return `${name} is no ${plain}`;
    }
    return undefined;
  };
}
