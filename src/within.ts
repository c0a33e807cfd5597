/** Whether less than `length` has passed. A clock that fell back makes nothing young again. */
export function isWithin(length: number, since: number, now: number): boolean {
  return now >= since && now - since < length;
}
