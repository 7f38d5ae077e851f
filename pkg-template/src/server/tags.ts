const added = new WeakMap<Request, Set<string>>();

/**
 * Called by a handler: the tags of its answer to a read, or what its write touched, besides those of the map. A header
 * that the handler sets itself, such as `X-Cache-Invalidate`, stands in place of all that.
 *
 * @example
 * export const POST = sceneMiddleware(async (request) => {
 *   addTags(request, ['search', `author:${author}`]);
 *   return Response.json(await save(request));
 * });
 */
export function addTags(request: Request, tags: string | readonly string[]): void {
  added.set(request, new Set([...tagsAdded(request), ...[tags].flat()]));
}

/** What its handler has added, each once. */
export function tagsAdded(request: Request): string[] {
  return [...(added.get(request) ?? [])];
}
