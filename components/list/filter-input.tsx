'use client'

import { useId, useRef, useState } from 'react'
import { Input } from '../ui/input'
import { Label } from '../ui/label'

type Props = {
  name: string
  label: string
  type: string
  value: string
  placeholder?: string
  onChange: (value: string) => void
}

const pauseMs = 400

/** A filter's text: applied after a pause in typing, on Enter, or on blur. */
export function FilterInput({ name, label, type, value, placeholder, onChange }: Props) {
  const id = useId()
  const [text, setText] = useState(value)
  const applied = useRef(value)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)

  function apply(next: string) {
    clearTimeout(timer.current)
    const trimmed = next.trim()
    if (trimmed === applied.current) return
    applied.current = trimmed
    onChange(trimmed)
  }

  return (
    <div className="flex min-w-0 flex-col gap-1">
      <Label htmlFor={id}>{label}</Label>
      <Input
        id={id}
        name={name}
        type={type}
        value={text}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => {
          const next = event.target.value
          setText(next)
          clearTimeout(timer.current)
          timer.current = setTimeout(() => apply(next), pauseMs)
        }}
        onBlur={() => apply(text)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') apply(text)
        }}
        {...(placeholder !== undefined && type === 'text' && { placeholder })}
      />
    </div>
  )
}
