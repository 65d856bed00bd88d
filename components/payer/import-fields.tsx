'use client'

import { useId, useState } from 'react'
import { TextAreaField } from '../form/field'
import { Label } from '../ui/label'

/** A file of lines, or the lines themselves. */
export function ImportFields() {
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
