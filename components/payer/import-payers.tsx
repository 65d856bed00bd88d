'use client'

import { Upload } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useId, useState } from 'react'
import { toast } from 'sonner'
import { TextAreaField } from '../form/field'
import { FormDialog } from '../form/form-dialog'
import type { Outcome } from '../outcome'
import { Button } from '../ui/button'
import { Label } from '../ui/label'

type Props = { save: (text: string) => Promise<Outcome<number>> }

/** Names, countries and VAT ids of wallets, pasted or from a file. */
export function ImportPayers({ save }: Props) {
  const router = useRouter()
  return (
    <FormDialog
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
      <ImportFields />
    </FormDialog>
  )
}

function ImportFields() {
  const id = useId()
  const [text, setText] = useState('')
  return (
    <>
      <div className="flex flex-col gap-1.5">
        <Label htmlFor={id}>File</Label>
        <input
          id={id}
          type="file"
          accept=".csv,text/csv,text/plain"
          className="text-sm file:mr-3 file:h-8 file:rounded-md file:border file:border-input file:bg-card file:px-2.5"
          onChange={({ target }) => void target.files?.[0]?.text().then(setText)}
        />
      </div>
      <TextAreaField
        name="text"
        label="Or paste the lines"
        rows={8}
        code
        placeholder="0x1234…,Acme Research,DE,DE123456789"
        value={text}
        onChange={setText}
      />
    </>
  )
}
