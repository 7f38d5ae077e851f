import { createOptimisticMerge } from 'everfresh';
import { useOptimisticMutation, useQuery } from 'everfresh/react';

/** A scene that can be edited: what is saved is shown at once, and asked for anew when the server has it. */
export function Scene({ url }) {
  const { data: scene, error, isLoading, isStale } = useQuery(url);
  const { mutate, isLoading: isSaving } = useOptimisticMutation({
    request: (title) => ({ method: 'PATCH', url, body: { title } }),
    optimistic: (title) => ({ key: url, update: createOptimisticMerge({ title }) }),
  });

  if (isLoading) {
    return <p>Reading …</p>;
  }
  if (!scene) {
    return <p>It could not be read: {error?.message}</p>;
  }
  const save = (event) => {
    event.preventDefault();
    mutate(new FormData(event.currentTarget).get('title'));
  };
  return (
    <form onSubmit={save}>
      <label>
        Title <input key={scene.title} name="title" defaultValue={scene.title} />
      </label>{' '}
      <button type="submit">Save</button>
      <p>
        “{scene.title}”, version {scene.version}
        {isSaving && ', being saved'}
        {isStale && ', being read anew'}
      </p>
    </form>
  );
}
