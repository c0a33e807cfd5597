import type { MechanismName } from "../configuration.ts";
import type { Mechanisms } from "../mechanisms.ts";
import { basicAuth } from "./basic-auth.ts";
import { body } from "./body.ts";
import { cel } from "./cel.ts";
import { celExtensions } from "./cel-extensions.ts";
import { claimPath } from "./claim-path.ts";
import { clientCredentials } from "./client-credentials.ts";
import { clientTokens } from "./client-tokens.ts";
import { cookie } from "./cookie.ts";
import { encryptedKeys } from "./encrypted-keys.ts";
import { errorResponse } from "./error-response.ts";
import { generic } from "./generic.ts";
import { health } from "./health.ts";
import { identity } from "./identity.ts";
import { introspection } from "./introspection.ts";
import { keyCertificates } from "./key-certificates.ts";
import { map } from "./map.ts";
import { mcp } from "./mcp.ts";
import { remote } from "./remote.ts";
import { requestSignatures } from "./request-signatures.ts";
import { revocation } from "./revocation.ts";
import { secretMapping } from "./secret-mapping.ts";
import { stepUp } from "./step-up.ts";
import { templateBounds } from "./template-bounds.ts";
import { templateCases } from "./template-cases.ts";
import { templateDicts } from "./template-dicts.ts";
import { templateEncodings } from "./template-encodings.ts";
import { templateLists } from "./template-lists.ts";
import { templateLogic } from "./template-logic.ts";
import { templateLoops } from "./template-loops.ts";
import { templateNumbers } from "./template-numbers.ts";
import { templatePaths } from "./template-paths.ts";
import { templateRegexes } from "./template-regexes.ts";
import { templateTexts } from "./template-texts.ts";

/** Every mechanism there is, for who compiles documents at run time. */
export const allMechanisms = {
  claimPath,
  clientTokens,
  basicAuth,
  cel,
  celExtensions,
  body,
  clientCredentials,
  cookie,
  encryptedKeys,
  errorResponse,
  stepUp,
  generic,
  health,
  identity,
  introspection,
  keyCertificates,
  map,
  remote,
  requestSignatures,
  secretMapping,
  revocation,
  mcp,
  templateBounds,
  templateLogic,
  templateTexts,
  templateLists,
  templateDicts,
  templateEncodings,
  templateNumbers,
  templateCases,
  templatePaths,
  templateRegexes,
  templateLoops,
} satisfies Required<Mechanisms> & Record<MechanismName, unknown>;
