import { useMutation, useQuery } from '@tanstack/react-query';

/** A scene that can be edited. It says nowhere which queries are invalid then: the answer to the write does. */
export function Scene({ id }) {
  const url = `/studio/api/scenes/${id}`;
  const {
    data: scene,
    error,
    isFetching,
    isPending,
  } = useQuery({
    queryKey: ['scene', id],
    queryFn: ({ signal }) => fetch(url, { signal }).then((response) => response.json()),
  });
  const { mutate, isPending: isSaving } = useMutation({
    mutationFn: (title) =>
      fetch(url, {
        method: 'PATCH',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ title }),
      }),
  });

  if (isPending) {
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
        {isFetching && ', being read anew'}
      </p>
    </form>
  );
}
