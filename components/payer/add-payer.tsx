'use client'

import { Plus } from 'lucide-react'
import { useRouter } from 'next/navigation'
import type { Payer } from '@/lib/payers'
import { FormDialog } from '../form/form-dialog'
import { lazyFields } from '../form/lazy-fields'
import type { Outcome } from '../outcome'
import { Button } from '../ui/button'
import { noteOf } from './note-of'

const { Fields, load } = lazyFields(() => import('./add-fields').then(({ AddFields }) => AddFields))

type Props = { save: (address: string, input: Payer.PayerNoteInput) => Promise<Outcome<string>> }

/** Adds a wallet that may not have paid yet, to allow or to deny it. */
export function AddPayer({ save }: Props) {
  const router = useRouter()
  return (
    <FormDialog
      preload={load}
      trigger={
        <Button>
          <Plus aria-hidden /> Add wallet
        </Button>
      }
      title="Add a wallet"
      description="Any wallet, whether it has paid already or not."
      submitLabel="Add wallet"
      send={(values) => save(values.text('wallet'), noteOf(values))}
      onSaved={(wallet) => router.push(`/payers/${wallet}`)}
    >
      <Fields />
    </FormDialog>
  )
}
