import type { IncomingMessage, ServerResponse } from 'node:http'

/**
 * Sends 100 Continue to a client with Expect: 100-continue at the moment the handler starts to read the body. If the
 * handler answers without reading, the client never sends the body, and its next bytes would be taken for it: the
 * connection then ends with the answer (RFC 9110 section 10.1.1).
 */
export function continueWhenRead(incoming: IncomingMessage, outgoing: ServerResponse, mayStay: () => boolean): void {
  const { shouldKeepAlive } = outgoing
  const read = incoming._read.bind(incoming)
  outgoing.shouldKeepAlive = false
  incoming._read = (size) => {
    incoming._read = read
    // After the answer, Node reads only to discard.
    if (!outgoing.headersSent) {
      outgoing.shouldKeepAlive = shouldKeepAlive && mayStay()
      outgoing.writeContinue()
    }
    read(size)
  }
}
