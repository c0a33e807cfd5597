/** Characters that stay: enough to tell two apart, too few to use. */
const shown = 6;
const shortest = 8;

/**
 * Replaces secrets wherever they stand, whole or cut off behind their beginning, and whatever else
 * looks like a JWT: what is explained may be pasted into a ticket.
 */
export function createMask(secrets: Iterable<string>): (text: string) => string {
  const known = [...new Set(secrets)]
    .filter((secret) => secret.length >= shortest)
    .toSorted((a, b) => b.length - a.length);
  return (text) => {
    let masked = text;
    for (const secret of known) {
      masked = masked.replaceAll(secret, maskOf(secret));
      if (secret.length >= 4 * shown) masked = masked.replace(cutOff(secret), maskOf(secret));
    }
    return masked.replace(/eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)*/g, maskOf);
  };
}

function maskOf(secret: string): string {
  const beginning = secret.length >= 4 * shown ? secret.slice(0, shown) : "";
  return `${beginning}... (${secret.length} characters)`;
}

function cutOff(secret: string): RegExp {
  const beginning = secret.slice(0, 3 * shown).replace(/[^A-Za-z0-9_-]/g, "\\$&");
  return new RegExp(`${beginning}[A-Za-z0-9._~+/=-]*`, "g");
}
