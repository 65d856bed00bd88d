'use client'

import { TextField } from '../form/field'
import { NoteFields } from './note-fields'

/** The address of a wallet and the note on it. */
export function AddFields() {
  return (
    <>
      <TextField name="wallet" label="Address" kind="code" placeholder="0x…" />
      <NoteFields initial={{ label: '', stance: 'allow', ours: false, country: '', vatId: '' }} />
    </>
  )
}
