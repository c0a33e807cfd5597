import { isRecord } from "../../record.ts";

/** What a client has for one server: to be kept where nobody else reads it. */
export interface Grant {
  /** Of the server, for whom the token is. */
  readonly resource: string;
  readonly issuer: string;
  readonly access_token: string;
  readonly token_type: string;
  /** Seconds since the epoch. */
  readonly expires_at?: number;
  /** When it came, in seconds since the epoch. */
  readonly issued_at?: number;
  readonly refresh_token?: string;
  readonly scope?: string;
  /** Who the client is at the issuer, where it was registered there. */
  readonly client?: ClientIdentity;
}

/** What another version, or another program, has left where grants are kept is none. */
export function isGrant(value: unknown): value is Grant {
  return (
    isRecord(value) &&
    [value.access_token, value.token_type, value.issuer, value.resource].every(
      (member) => typeof member === "string",
    )
  );
}

/** Seconds before its end at which a token is renewed: of a short one a tenth of its life. */
export function reserveOf({ issued_at = 0, expires_at = 0 }: Grant): number {
  return Math.min(20, (expires_at - issued_at) / 10);
}

/** RFC 6749 section 2; without a secret a public client. */
export interface ClientIdentity {
  readonly id: string;
  readonly secret?: string;
}

/** Where grants live between runs, by the server's URL. */
export interface TokenStore {
  read(server: string): Promise<Grant | undefined>;
  write(server: string, grant: Grant | undefined): Promise<void>;
  /**
   * Does `work` while no other program that shares the store does so for this server: an issuer that
   * sees a refresh token twice may end the login (RFC 9700 section 4.14.2).
   */
  alone?<Result>(server: string, work: () => Promise<Result>): Promise<Result>;
}

/** For a process's life. */
export function memoryTokenStore(): TokenStore {
  const grants = new Map<string, Grant>();
  return {
    read: async (server) => grants.get(server),
    async write(server, grant) {
      if (grant === undefined) grants.delete(server);
      else grants.set(server, grant);
    },
  };
}
