'use client'

import { Plus } from 'lucide-react'
import { useState } from 'react'
import { CodeBlock } from '../code-block'
import { SelectField, TextField } from '../form/field'
import { DialogResult, FormDialog } from '../form/form-dialog'
import type { Outcome } from '../outcome'
import { Button } from '../ui/button'
import { roleNames } from './role-names'
import { roleSentences } from './role-table'

type Props = {
  byLink: (input: { role: string; note: string }) => Promise<Outcome<{ link: string }>>
  byWallet: (input: { role: string; wallet: string }) => Promise<Outcome<null>>
}

const roleOptions = Object.entries(roleNames).map(([value, label]) => ({ value, label }))

/** Invites a member by a link that is shown once, or by the address of its wallet. */
export function InviteMember({ byLink, byWallet }: Props) {
  const [way, setWay] = useState('link')
  const [role, setRole] = useState('viewer')
  return (
    <FormDialog<{ link: string } | null>
      trigger={
        <Button>
          <Plus aria-hidden /> Invite
        </Button>
      }
      title="Invite a member"
      description="A member signs in with its wallet. Each change it makes is in the audit trail."
      submitLabel="Invite"
      busyLabel="Inviting…"
      done="The wallet is a member now."
      send={({ text }) =>
        text('way') === 'wallet'
          ? byWallet({ role: text('role'), wallet: text('wallet') })
          : byLink({ role: text('role'), note: text('note') })
      }
      result={(made) => made && <InvitationLink link={made.link} />}
    >
      <SelectField
        name="role"
        label="Role"
        hint={roleSentences[role as keyof typeof roleSentences]}
        options={roleOptions}
        value={role}
        onChange={setRole}
      />
      <SelectField
        name="way"
        label="Invite by"
        options={[
          { value: 'link', label: 'A link' },
          { value: 'wallet', label: 'The address of the wallet' },
        ]}
        value={way}
        onChange={setWay}
      />
      {way === 'wallet' ? (
        <TextField name="wallet" label="Wallet" kind="code" placeholder="0x…" />
      ) : (
        <TextField name="note" label="For" placeholder="Our bookkeeper" hint="Optional. Shown in this list only." />
      )}
    </FormDialog>
  )
}

/** The link of a new invitation. */
export function InvitationLink({ link }: { link: string }) {
  return (
    <DialogResult
      title="Send this link"
      description="It works once, for seven days, for the first wallet that opens it. It is shown only now."
      closeLabel="I have copied it"
    >
      <CodeBlock code={link} label="Invitation link" wrap />
    </DialogResult>
  )
}
