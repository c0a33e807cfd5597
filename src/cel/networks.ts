import { CelError } from "./value.ts";

interface Network {
  readonly address: bigint;
  readonly bits: bigint;
}

/** `networks([...])`: what `ip in networks(...)` asks. IPv4 is its mapped IPv6 address. */
export class Networks {
  readonly #networks: readonly Network[];

  constructor(cidrs: readonly unknown[]) {
    this.#networks = cidrs.map(networkOf);
  }

  get size(): number {
    return this.#networks.length;
  }

  has(ip: string): boolean {
    const address = addressOf(ip);
    return (
      address !== undefined &&
      this.#networks.some(({ address: base, bits }) => (address ^ base) >> (128n - bits) === 0n)
    );
  }
}

function networkOf(cidr: unknown): Network {
  const [written = "", size = "", ...more] = typeof cidr === "string" ? cidr.split("/") : [];
  const address = addressOf(written);
  const most = written.includes(":") ? 128 : 32;
  if (address === undefined || !/^\d{1,3}$/.test(size) || Number(size) > most || more.length > 0)
    throw new CelError("a network is an address, a slash and a number of bits");
  return { address, bits: BigInt(Number(size) + 128 - most) };
}

const mapped = 0xffffn << 32n;

function addressOf(ip: string): bigint | undefined {
  return ip.includes(":") ? addressOf6(ip) : addressOf4(ip);
}

function addressOf4(ip: string): bigint | undefined {
  const parts = ip.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && +part < 256))
    return undefined;
  return mapped | parts.reduce((address, part) => (address << 8n) | BigInt(part), 0n);
}

/** RFC 4291 section 2.2. */
function addressOf6(ip: string): bigint | undefined {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(ip);
  const last = dotted?.[2] === undefined ? undefined : addressOf4(dotted[2]);
  if (dotted && last === undefined) return undefined;
  const tail = last === undefined ? "" : `${hex(last >> 16n)}:${hex(last)}`;
  const [head = "", rest, ...more] = (dotted ? `${dotted[1]}${tail}` : ip).split("::");
  if (more.length > 0) return undefined;
  const left = groupsOf(head);
  const right = groupsOf(rest ?? "");
  const gap = 8 - left.length - right.length;
  if (rest === undefined ? gap !== 0 : gap < 1) return undefined;
  const groups = [...left, ...Array<string>(gap).fill("0"), ...right];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return groups.reduce((address, group) => (address << 16n) | BigInt(`0x${group}`), 0n);
}

function groupsOf(text: string): readonly string[] {
  return text === "" ? [] : text.split(":");
}

function hex(value: bigint): string {
  return (value & 0xffffn).toString(16);
}
