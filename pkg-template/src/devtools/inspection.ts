/** What the overlay asks the engine. The answers are the engine's own; nothing is decided here. */
export interface Inspector {
  readonly isOpen: boolean;
}
