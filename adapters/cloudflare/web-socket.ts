/** RFC 6455 section 4.1: the handshake is a GET that asks for an upgrade. */
export function isUpgrade(request: Request): boolean {
  return (
    request.method === "GET" && request.headers.get("Upgrade")?.trim().toLowerCase() === "websocket"
  );
}

/** Upgrade is hop-by-hop and was dropped; this hop asks for its own. */
export function asUpgrade(headers: Headers): Headers {
  const asking = new Headers(headers);
  asking.set("Upgrade", "websocket");
  return asking;
}

/** The runtime joins the two sockets and makes the handshake's own headers. */
export function upgraded(webSocket: WebSocket, headers: Headers): Response {
  return new Response(null, { status: 101, webSocket, headers });
}
