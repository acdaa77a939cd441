/**
 * What every answer for the page carries. Nothing is loaded from anywhere but this server, nothing inline runs but the
 * import map, text cannot become markup by mistake (trusted types), and no other page may embed or read this one.
 *
 * @param importMapHash of the import map, as a source of the policy
 */
export function pageHeaders(importMapHash: string): Readonly<Record<string, string>> {
  const policy = [
    "default-src 'none'",
    `script-src 'self' ${importMapHash}`,
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ];
  return { ...answerHeaders, 'content-security-policy': policy.join('; ') };
}

/** The same for answers that are no documents. */
export const answerHeaders: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};
