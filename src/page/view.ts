import type { LiveAnswer } from 'snapdex/search';

/** One of the page's views. */
export interface View {
  /** Its place in the address, behind `#/`. */
  readonly name: string;
  readonly title: string;
  readonly content: HTMLElement;
  /** Shows what the address asks for; called again when that changes. */
  show(parameters: URLSearchParams): Promise<void>;
  /** Called with each state of the index while this view is shown. */
  follow(state: LiveAnswer): Promise<void>;
}

/** The address of a view; what is undefined or empty is left out. */
export function addressOf(
  name: string,
  parameters: Readonly<Record<string, string | number | undefined>> = {},
): string {
  const given = Object.entries(parameters).flatMap(([key, value]) =>
    value === undefined || value === '' ? [] : [[key, String(value)]],
  );
  return given.length === 0 ? `#/${name}` : `#/${name}?${new URLSearchParams(given)}`;
}
