/** The panels, in the order of their tabs. */
import type { ComponentType } from 'preact';
import type { View } from '../opener.js';
import type { Model } from './model.js';
import { DashboardPanel } from './panels/dashboard.js';
import { Entries } from './panels/entries.js';
import { HealthPanel } from './panels/health.js';
import { Invalidate } from './panels/invalidate.js';
import { Log } from './panels/log.js';
import { MutationsPanel } from './panels/mutations.js';
import { Overview } from './panels/overview.js';
import { Prefetches } from './panels/prefetches.js';
import { Simulate } from './panels/simulate.js';
import { TabsPanel } from './panels/tabs.js';

export interface Panel {
  view: View;
  title: string;
  Component: ComponentType<{ model: Model }>;
}

export const PANELS: readonly Panel[] = [
  { view: 'overview', title: 'Overview', Component: Overview },
  { view: 'entries', title: 'Entries', Component: Entries },
  { view: 'log', title: 'Log', Component: Log },
  { view: 'invalidate', title: 'Invalidate', Component: Invalidate },
  { view: 'mutations', title: 'Mutations', Component: MutationsPanel },
  { view: 'prefetches', title: 'Prefetches', Component: Prefetches },
  { view: 'tabs', title: 'Tabs', Component: TabsPanel },
  { view: 'health', title: 'Health', Component: HealthPanel },
  { view: 'dashboard', title: 'Dashboard', Component: DashboardPanel },
  { view: 'simulate', title: 'Simulate', Component: Simulate },
];
