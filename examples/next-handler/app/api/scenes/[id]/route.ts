import { sceneMiddleware } from '../../../../lib/cache';
import { kept } from '../../../../lib/pages';
import { scenes } from '../../../../lib/scenes';

interface Context {
  params: Promise<{ id: string }>;
}

export const GET = kept(
  sceneMiddleware(async (_request: Request, { params }: Context) => {
    const scene = scenes.get((await params).id);
    return scene ? Response.json(scene) : new Response(null, { status: 404 });
  }),
);

export const PATCH = sceneMiddleware(async (request: Request, { params }: Context) => {
  const scene = scenes.get((await params).id);
  if (!scene) {
    return new Response(null, { status: 404 });
  }
  const { text = scene.text, chapterId = scene.chapterId } = await request.json();
  const saved = { ...scene, text, chapterId };
  scenes.set(scene.id, saved);
  return Response.json(saved);
});

export const DELETE = sceneMiddleware(async (_request: Request, { params }: Context) => {
  scenes.delete((await params).id);
  return new Response(null, { status: 204 });
});
