/** With that many digits behind the point; a half goes to the even one, as in Go. */
export function fixedPoint(value: number, digits: number): string {
  // This engine writes large numbers with an exponent, and takes every half up.
  if (Math.abs(value) >= 1e21)
    return `${BigInt(value)}${digits > 0 ? `.${"0".repeat(digits)}` : ""}`;
  const exact = value.toFixed(Math.min(100, digits + 60));
  const end = exact.indexOf(".") + 1 + digits;
  const cut = exact.slice(0, end).replace(/\.$/, "");
  const isHalf = /^50*$/.test(exact.slice(end));
  return isHalf && /[02468]$/.test(cut) ? cut : value.toFixed(digits);
}
