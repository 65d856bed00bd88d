import { Ban, ShieldCheck, UserRound } from 'lucide-react'
import type { Payer } from '@/lib/payers'
import { Badge } from '../ui/badge'

/** The merchant's note on a payer as badges; nothing without a note. */
export function Stance({ stance, ours }: Pick<Payer.PayerNote, 'stance' | 'ours'>) {
  if (stance === 'none' && !ours) return null
  return (
    <span className="inline-flex flex-wrap gap-1">
      {stance === 'deny' && (
        <Badge tone="danger">
          <Ban aria-hidden /> Denied
        </Badge>
      )}
      {stance === 'allow' && (
        <Badge tone="success">
          <ShieldCheck aria-hidden /> Allowed
        </Badge>
      )}
      {ours && (
        <Badge tone="info">
          <UserRound aria-hidden /> Ours
        </Badge>
      )}
    </span>
  )
}
