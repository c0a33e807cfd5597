/** Keys that other versions of such documents had: what they have become. */
export const formerNames: Readonly<Record<string, string>> = {
  path_params: "did you mean captures?",
  backtracking_enabled: "remove it: the next less specific rule is always tried",
  key_store: "write signer: {source: NAME} and declare NAME under secret_management",
  key_id: "write signer: {source: NAME, selector: KID}",
  scheme_and_host: "write forward_to: {host: HOST, rewrite: {scheme: https}}",
  $schema: "write the comment # yaml-language-server: $schema=... on the first line",
};
