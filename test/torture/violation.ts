/** What a history must not show. */
export type Rule =
  /** Two operations were told that they made the same generation. */
  | 'ACKNOWLEDGED_TWICE'
  /** An update did not stand on exactly the generation before its own: something was lost, or applied twice. */
  | 'BASE_DIFFERS'
  /** A generation is there that no operation can have made, or none is there that one was told of. */
  | 'UNEXPLAINED_GENERATION'
  /** What was read is not what the generation contains: a mixture, or a rollback to something else. */
  | 'WRONG_CONTENT'
  /** Something that began later saw an earlier state. */
  | 'BACKWARD'
  /** An update went through a hold, or was refused without one, or a resume did or found nothing. */
  | 'HOLD_IGNORED'
  /** A tag that was acknowledged is gone, or one that was taken away is there. */
  | 'TAG_LOST'
  /** An error that nothing in the torture explains. */
  | 'UNEXPECTED_ERROR'
  /** A process ended by itself. */
  | 'CRASHED'
  /** The store, once everybody was gone. */
  | 'LEFT_BEHIND';

export interface Violation {
  readonly rule: Rule;
  readonly message: string;
  /** The generation concerned; 0 for none. */
  readonly generation: number;
}

/** Where violations are reported. */
export type Report = (rule: Rule, generation: number, message: string) => void;
