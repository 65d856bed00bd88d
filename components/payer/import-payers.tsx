'use client'

import { Upload } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { toast } from 'sonner'
import { FormDialog } from '../form/form-dialog'
import { lazyFields } from '../form/lazy-fields'
import type { Outcome } from '../outcome'
import { Button } from '../ui/button'

const { Fields, load } = lazyFields(() => import('./import-fields').then(({ ImportFields }) => ImportFields))

type Props = { save: (text: string) => Promise<Outcome<number>> }

/** Names, countries and VAT ids of wallets, pasted or from a file. */
export function ImportPayers({ save }: Props) {
  const router = useRouter()
  return (
    <FormDialog
      preload={load}
      trigger={
        <Button variant="outline">
          <Upload aria-hidden /> Import names
        </Button>
      }
      title="Import names of wallets"
      description="One wallet a line: wallet, name, country, VAT id. An empty cell leaves the value as it is. All lines are taken, or none."
      submitLabel="Import"
      send={(values) => save(values.text('text'))}
      onSaved={(changed) => {
        toast.success(changed === 1 ? '1 wallet changed.' : `${changed.toLocaleString('en')} wallets changed.`)
        router.refresh()
      }}
    >
      <Fields />
    </FormDialog>
  )
}
