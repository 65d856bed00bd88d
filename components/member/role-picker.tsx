'use client'

import { useOptimistic, useTransition } from 'react'
import { toast } from 'sonner'
import type { MemberRole } from '@/lib/auth'
import type { Outcome } from '../outcome'
import { runSignedIn } from '../sign-in/again'
import { Select } from '../ui/select'
import { roleNames } from './role-names'

type Props = { address: string; role: MemberRole; setRole: (input: { role: string }) => Promise<Outcome<null>> }

/** The role of a member; a choice is saved at once and goes back when the server refuses it. */
export function RolePicker({ address, role, setRole }: Props) {
  const [shown, show] = useOptimistic(role)
  const [, start] = useTransition()
  return (
    <Select
      aria-label={`Role of ${address}`}
      className="relative z-10 w-32"
      options={Object.entries(roleNames).map(([value, label]) => ({ value, label }))}
      value={shown}
      onValueChange={(next) =>
        start(async () => {
          show(next as MemberRole)
          const outcome = await runSignedIn(() => setRole({ role: next }))
          if (outcome.ok) toast.success(`The role is ${roleNames[next as MemberRole]} now.`)
          else toast.error(outcome.message)
        })
      }
    />
  )
}
