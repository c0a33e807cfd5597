/** As the bench's tokens name them. */
export const issuer = "https://idp.example";
export const audience = "https://api.example.com";
