export { decryptedKey as encryptedKeys } from "../secrets/encrypted-key.ts";
