import { isIPv6 } from 'node:net';

/**
 * What counts as one client: an address of IPv4, or the 64 bits that name a network of IPv6, in which one machine has as
 * many addresses as it likes.
 */
export function clientOf(remoteAddress: string | undefined): string {
  if (remoteAddress === undefined) return 'unknown';
  const [, mapped] = /^::ffff:([\d.]+)$/iu.exec(remoteAddress) ?? [];
  if (mapped !== undefined) return mapped;
  return isIPv6(remoteAddress) ? `${networkOf(remoteAddress)}::/64` : remoteAddress;
}

/** The first four of the eight groups, with the zeros that `::` stands for. */
function networkOf(address: string): string {
  const [plain = ''] = address.split('%', 1);
  const [head = '', tail] = plain.split('::', 2);
  const before = groupsOf(head);
  const after = tail === undefined ? [] : groupsOf(tail);
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0');
  return [...before, ...zeros, ...after].slice(0, 4).join(':');
}

function groupsOf(text: string): readonly string[] {
  return text === '' ? [] : text.split(':');
}
