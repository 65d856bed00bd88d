import { Lock } from 'lucide-react'
import { Badge } from '../ui/badge'

/** Running, open, or closed. */
export function MonthStatus({ closed, isRunning }: { closed: object | null; isRunning: boolean }) {
  if (closed)
    return (
      <Badge tone="success">
        <Lock aria-hidden /> Closed
      </Badge>
    )
  return isRunning ? <Badge tone="info">Running</Badge> : <Badge tone="warning">Open</Badge>
}
