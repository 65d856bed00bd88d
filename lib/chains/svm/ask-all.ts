import type { Caip2 } from '@/lib/money'
import { RpcError } from '../pool/call-rpc'
import { readEach } from '../pool/read-each'
import { orderedUrls } from '../pool/read-rpc'

export const isLone = (network: Caip2) => orderedUrls(network).length === 1

export async function askAll<Result>(network: Caip2, method: string, params: readonly unknown[]): Promise<Result[]> {
  const answers = await readEach<Result>(network, method, params)
  return answers.filter((answer): answer is Exclude<typeof answer, RpcError> => !(answer instanceof RpcError))
}
