export interface Scene {
  id: string;
  chapterId: string;
  text: string;
}

/** What would be a table of the database. */
export const scenes = new Map<string, Scene>([
  ['7', { id: '7', chapterId: '3', text: 'It was early.' }],
  ['8', { id: '8', chapterId: '3', text: 'It was cold.' }],
  ['9', { id: '9', chapterId: '4', text: 'It was elsewhere.' }],
]);
