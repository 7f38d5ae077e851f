/** What the overlay loads when the dashboard is first looked at: it has the charts in it. */
export { Dashboard } from './devtools/dashboard/dashboard.js';
