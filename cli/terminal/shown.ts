/** Anything that a terminal acts on, or shows otherwise than it is, but for the ends of lines. */
const unseen = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Words that may be another's, an issuer's for one: none of them commands the terminal. */
export function shown(text: string): string {
  return text.replace(unseen, "\ufffd");
}
