import { Badge } from '../ui/badge'

/** Which wire form the agent used: "x402 v2", "mpp evm", … */
export function Wire({ wire }: { wire: string }) {
  return <Badge tone="outline">{wire.replace(/^mpp/, 'MPP')}</Badge>
}
