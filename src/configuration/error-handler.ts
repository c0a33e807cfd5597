export type ErrorHandler =
  | { readonly type: "default"; readonly id: string }
  | { readonly type: "www_authenticate"; readonly id: string; readonly realm?: string };
