import type { IncomingMessage, ServerResponse } from 'node:http'

/**
 * Tells a client that waits for it (Expect: 100-continue) to send its body, at the moment in which somebody reads it. One whose
 * request is answered without never sends it, and what it sends next would be taken for it: then the connection ends with the
 * answer (RFC 9110 section 10.1.1).
 */
export function continueWhenRead(incoming: IncomingMessage, outgoing: ServerResponse, mayStay: () => boolean): void {
  const { shouldKeepAlive } = outgoing
  const read = incoming._read.bind(incoming)
  outgoing.shouldKeepAlive = false
  incoming._read = (size) => {
    incoming._read = read
    // After the answer Node reads only to throw away.
    if (!outgoing.headersSent) {
      outgoing.shouldKeepAlive = shouldKeepAlive && mayStay()
      outgoing.writeContinue()
    }
    read(size)
  }
}
