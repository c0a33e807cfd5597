/** Header fields to be read: what this line asks of a `Headers`. Names are compared without case. */
export interface Fields {
  /** Fields of one name are one, joined with ", ". Throws TypeError for what can be no name. */
  get(name: string): string | null;
  has(name: string): boolean;
  /** Names in lower case. */
  forEach(each: (value: string, name: string) => void): void;
}

/** `Headers` joins fields with ", "; what follows one must be a cookie's name for it to be a seam. */
const seam = /, (?=[!#$%&'*+.^_`|~0-9A-Za-z-]+=)/g;

/**
 * A request's fields, read once: the platform's own object makes every answer anew. RFC 9113 section
 * 8.2.3: several Cookie fields are one, joined with "; ".
 */
export function readFields(headers: Fields): Fields {
  const read = new Map<string, string>();
  headers.forEach((value, name) => {
    const before = read.get(name);
    read.set(name, before === undefined ? value : `${before}, ${value}`);
  });
  const cookie = read.get("cookie");
  if (cookie?.includes(", ")) read.set("cookie", cookie.replace(seam, "; "));
  return new ReadFields(read);
}

/** RFC 9110 section 5.6.2, a token: the names of header fields, and of cookies (RFC 6265 section 4.1.1). */
export const fieldName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

class ReadFields implements Fields {
  readonly #read: ReadonlyMap<string, string>;

  constructor(read: ReadonlyMap<string, string>) {
    this.#read = read;
  }

  get(name: string): string | null {
    const value = this.#read.get(name.toLowerCase());
    if (value !== undefined) return value;
    if (!fieldName.test(name)) throw new TypeError("no field has such a name");
    return null;
  }

  has(name: string): boolean {
    return this.#read.has(name.toLowerCase());
  }

  forEach(each: (value: string, name: string) => void): void {
    this.#read.forEach(each);
  }
}
