import { Agent, request } from 'undici'

/** One JSON-RPC call. */
export type Call = { method: string; params: readonly unknown[] }

/** The node's answer. */
export type Answer = { result: unknown } | { error: { code: number; message: string; data?: unknown } }

export type Respond = (call: Call) => Promise<Answer>

/** A node that always answers, behind one or several faulty providers. */
export type Node = {
  respond: Respond
  /** The result of a call. @throws Error with the node's message. */
  read<Result>(method: string, params: readonly unknown[]): Promise<Result>
  close(): Promise<void>
}

/** @throws Error (from its calls) when the node cannot be reached. */
export function nodeAt(url: string): Node {
  const agent = new Agent({ connections: 64, keepAliveTimeout: 20_000 })
  let id = 0
  const respond: Respond = async ({ method, params }) => {
    const { body } = await request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: ++id, method, params }),
      dispatcher: agent,
    })
    const answer = (await body.json()) as Answer
    return 'error' in answer ? { error: answer.error } : { result: answer.result }
  }
  return {
    respond,
    async read<Result>(method: string, params: readonly unknown[]) {
      const answer = await respond({ method, params })
      if ('error' in answer) throw new Error(`${method}: ${answer.error.message}`)
      return answer.result as Result
    },
    close: () => agent.destroy(),
  }
}
