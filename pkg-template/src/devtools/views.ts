/** The panels, in the order of their tabs. */
import type { ComponentType } from 'preact';
import type { View } from '../opener.js';
import type { Model } from './model.js';
import { DashboardPanel } from './panels/dashboard.js';
import { Overview } from './panels/overview.js';

export interface Panel {
  view: View;
  title: string;
  Component: ComponentType<{ model: Model }>;
}

export const PANELS: readonly Panel[] = [
  { view: 'overview', title: 'Overview', Component: Overview },
  { view: 'dashboard', title: 'Dashboard', Component: DashboardPanel },
];
