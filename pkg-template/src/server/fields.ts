/**
 * These fields of a row or of a JSON object, as far as they can be ids: names and values in turn. `null`: there is no
 * such parent.
 */
export function pick(from: unknown, names: readonly string[]): string[] {
  const object = Object(from) as Record<string, unknown>;
  return names.flatMap((name) => {
    const value = object[name];
    return value === null ? [name, ''] : isId(value) ? [name, `${value}`] : [];
  });
}

/** Which of these fields an object has. What is no object may mean any of them. */
export function named(json: unknown, names: readonly string[]): string[] {
  const isObject = typeof json === 'object' && json !== null && !Array.isArray(json);
  return isObject ? names.filter((name) => Object.hasOwn(json, name)) : [...names];
}

/** A number that JavaScript has rounded is none. */
function isId(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'bigint' || Number.isSafeInteger(value);
}
