import { element } from './element.js';

/** A path that may be broken behind its slashes and dashes, and so need not be within a word. */
export function pathText(path: string): readonly (Node | string)[] {
  return path.split(/(?<=[/-])/u).flatMap((part, place) => (place === 0 ? [part] : [element('wbr', {}), part]));
}
