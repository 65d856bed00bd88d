/**
 * What the gateway answers: a Response of the platform, or the same without its streams where all of it is there. The plain
 * listener writes the latter with one call; making a Response for it costs more than checking a signature.
 */
export type GatewayAnswer = Response | WholeAnswer

export type WholeAnswer = {
  status: number
  /** In order; a name may stand several times. */
  headers: readonly (readonly [name: string, value: string])[]
  body: Uint8Array
}

export function toResponse(answer: GatewayAnswer): Response {
  if (answer instanceof Response) return answer
  const headers = new Headers()
  for (const [name, value] of answer.headers) headers.append(name, value)
  return new Response(Buffer.from(answer.body), { status: answer.status, headers })
}
