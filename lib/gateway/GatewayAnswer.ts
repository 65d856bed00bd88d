/**
 * The gateway's answer: a platform Response, or, if the whole body is in memory, its plain parts. The plain listener
 * writes those with one call; making a Response costs more than checking a signature.
 */
export type GatewayAnswer = Response | WholeAnswer

export type WholeAnswer = {
  status: number
  /** In order; a name may be repeated. */
  headers: readonly (readonly [name: string, value: string])[]
  body: Uint8Array
}

export function toResponse(answer: GatewayAnswer): Response {
  if (answer instanceof Response) return answer
  const headers = new Headers()
  for (const [name, value] of answer.headers) headers.append(name, value)
  return new Response(Buffer.from(answer.body), { status: answer.status, headers })
}

/** The answer with one more header. */
export function withHeader(answer: GatewayAnswer, name: string, value: string): GatewayAnswer {
  if (!(answer instanceof Response)) return { ...answer, headers: [...answer.headers, [name, value]] }
  const headers = new Headers(answer.headers)
  headers.set(name, value)
  return new Response(answer.body, { status: answer.status, headers })
}
