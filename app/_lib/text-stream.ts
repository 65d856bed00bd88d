/** Text as a response body. Each piece is read only when the client takes it, and none after the client is gone. */
export function textStream(
  pieces: AsyncGenerator<string>,
  encoding: 'utf8' | 'latin1' = 'utf8',
): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await pieces.next()
      if (done) controller.close()
      else controller.enqueue(Buffer.from(value, encoding))
    },
    async cancel() {
      await pieces.return(undefined)
    },
  })
}
