'use client'

import { Plus } from 'lucide-react'
import { TextField } from '../form/field'
import { FormDialog } from '../form/form-dialog'
import { InvitationLink } from '../member/invite-member'
import type { Outcome } from '../outcome'
import { Button } from '../ui/button'

/** Makes a link by which a wallet opens a shop of its own. */
export function InviteMerchant({
  invite,
}: {
  invite: (input: { note: string }) => Promise<Outcome<{ link: string }>>
}) {
  return (
    <FormDialog
      trigger={
        <Button variant="outline">
          <Plus aria-hidden /> Invite a merchant
        </Button>
      }
      title="Invite a merchant"
      description="The first wallet that opens the link may open one shop and owns it."
      submitLabel="Create link"
      busyLabel="Creating…"
      send={({ text }) => invite({ note: text('note') })}
      result={({ link }) => <InvitationLink link={link} />}
    >
      <TextField name="note" label="For" placeholder="Acme Data" hint="Optional. Shown to operators only." />
    </FormDialog>
  )
}
