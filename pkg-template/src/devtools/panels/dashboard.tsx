/** The place of the dashboard, which is loaded when somebody looks at it. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { loadDashboard } from '../../load.js';
import type { Model } from '../model.js';

export function DashboardPanel({ model }: { model: Model }) {
  const place = useRef<HTMLDivElement>(null);
  const [failure, setFailure] = useState('');
  useEffect(() => {
    let end = () => {};
    let over = false;
    loadDashboard().then(
      ({ Dashboard }) => {
        if (!over && place.current) {
          const dashboard = new Dashboard(model.cache, place.current);
          end = () => dashboard.end();
        }
      },
      (error) => setFailure(`The dashboard could not be loaded: ${error}`),
    );
    return () => {
      over = true;
      end();
    };
  }, [model]);
  return (
    <>
      {failure && <p role="alert">{failure}</p>}
      <div ref={place} />
    </>
  );
}
