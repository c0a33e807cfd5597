/** A response that is made here, whatever the platform's own type for it. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body?: string;
}
