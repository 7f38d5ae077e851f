import useSWR from 'swr';

/** A scene that can be edited. It says nowhere what is to be revalidated: the answer to the write does. */
export function Scene({ url }) {
  const { data: scene, error, isLoading, isValidating } = useSWR(url);

  if (isLoading) {
    return <p>Reading …</p>;
  }
  if (!scene) {
    return <p>It could not be read: {error?.message}</p>;
  }
  const save = (event) => {
    event.preventDefault();
    const title = new FormData(event.currentTarget).get('title');
    fetch(url, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ title }),
    });
  };
  return (
    <form onSubmit={save}>
      <label>
        Title <input key={scene.title} name="title" defaultValue={scene.title} />
      </label>{' '}
      <button type="submit">Save</button>
      <p>
        “{scene.title}”, version {scene.version}
        {isValidating && ', being read anew'}
      </p>
    </form>
  );
}
