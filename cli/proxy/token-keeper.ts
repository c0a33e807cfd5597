/** What says where the proxy has its access token from. */
export interface TokenOptions {
  /** The key's file. */
  readonly key: string;
  readonly token?: string;
  readonly issuer?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly clientCredentials?: boolean;
  readonly scope?: string;
  readonly resource?: string;
  readonly browser: boolean;
}

/** Has the access token, and keeps it fresh. */
export interface TokenKeeper {
  /** One that is good now. */
  current(): Promise<string>;
  /** The server says that this one is not: whether there is another now. */
  renew(refused: string): Promise<boolean>;
}
