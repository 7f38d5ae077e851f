import { createOptimisticArrayUpdate, createOptimisticIncrement } from 'everfresh';
import { useOptimisticMutation, usePrefetch, useQuery } from 'everfresh/react';
import { useState } from 'react';

/** A list of posts: pointing at one prefetches it, and a like is counted at once. */
export function Posts({ url }) {
  const [open, setOpen] = useState();
  const { data: posts } = useQuery(url, { select: ({ posts }) => posts });
  const { data: post } = useQuery(open && `${url}/${open}`);
  const { prefetchOnHover, cancelHoverPrefetch } = usePrefetch();
  const { mutate: like } = useOptimisticMutation({
    request: (id) => ({ url: `${url}/${id}/like` }),
    optimistic: (id) => [
      { key: `${url}/${id}`, update: createOptimisticIncrement('likeCount') },
      {
        key: url,
        update: createOptimisticArrayUpdate({ id }, createOptimisticIncrement('likeCount'), {
          path: 'posts',
        }),
      },
    ],
  });
  return (
    <>
      <ul>
        {posts?.map(({ id, title, likeCount }) => (
          <li key={id}>
            <button
              type="button"
              onClick={() => setOpen(id)}
              onMouseEnter={() => prefetchOnHover(`${url}/${id}`)}
              onMouseLeave={() => cancelHoverPrefetch(`${url}/${id}`)}
            >
              {title}
            </button>{' '}
            <button type="button" onClick={() => like(id)}>
              {likeCount} ♥
            </button>
          </li>
        ))}
      </ul>
      {post && <p>{post.text}</p>}
    </>
  );
}
