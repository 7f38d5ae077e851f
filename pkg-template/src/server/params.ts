/** What may have the parameters of a handler's own route: Next's context, or Bun's request. */
interface Routed {
  params?: unknown;
}

/** The parameters of a handler's own route that are texts, names and values in turn, with percent-encoding undone. */
export async function paramsOf(
  pathname: string,
  context: unknown,
  request: Request & Routed,
): Promise<string[]> {
  const given = (Object(context) as Routed).params ?? request.params;
  const params = await Promise.resolve(given).catch(() => undefined);
  const segments = pathname.split('/');
  return Object.entries(Object(params)).flatMap(([name, value]) => {
    if (typeof value !== 'string') {
      return [];
    }
    // Next leaves a value as it is in the URL; others have decoded it.
    return [name, value.includes('%') && segments.includes(value) ? decoded(value) : value];
  });
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
