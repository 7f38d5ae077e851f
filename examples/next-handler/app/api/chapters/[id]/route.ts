import { chapterMiddleware } from '../../../../lib/cache';
import { kept } from '../../../../lib/pages';
import { scenes } from '../../../../lib/scenes';

interface Context {
  params: Promise<{ id: string }>;
}

export const GET = kept(
  chapterMiddleware(async (_request: Request, { params }: Context) => {
    const { id } = await params;
    return Response.json([...scenes.values()].filter(({ chapterId }) => chapterId === id));
  }),
);
