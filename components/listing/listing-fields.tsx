'use client'

import { bind } from '../form/bind'
import { TextAreaField, TextField } from '../form/field'
import type { ListingState, Side } from './listing-state'

type Props = {
  listing: ListingState
  /** Whether requests of its method have a body. */
  hasBody: boolean
  /** The arguments of an action are known, so that they need no description. */
  isAction: boolean
  onChange: (listing: ListingState, field: string) => void
}

/** What directories and agents see of a resource besides its name and description. */
export function ListingFields({ listing, hasBody, isAction, onChange }: Props) {
  const change = (patch: Partial<ListingState>, field: string) => onChange({ ...listing, ...patch }, field)
  const member = (key: 'serviceName' | 'tags' | 'iconUrl') => bind(listing, change, key, `listing.${key}`)
  const json = (side: Side, part: 'schema' | 'example') => ({
    name: `listing.${side}.${part}`,
    value: listing[side][part],
    onChange: (text: string) => change({ [side]: { ...listing[side], [part]: text } }, `listing.${side}.${part}`),
    rows: listing[side][part] === '' ? 2 : 5,
    code: true,
  })
  const request: Side = hasBody ? 'body' : 'query'
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          label="Service name"
          hint="The name of the seller, at most 32 plain characters."
          placeholder="Acme Weather"
          {...member('serviceName')}
        />
        <TextField
          label="Tags"
          hint="At most five, separated by commas."
          placeholder="weather, forecast"
          {...member('tags')}
        />
      </div>
      <TextField
        label="Icon"
        hint="An https address. Directories load it; this server does not."
        kind="url"
        placeholder="https://example.com/icon.png"
        {...member('iconUrl')}
      />
      {!isAction && (
        <>
          <TextAreaField
            label={`Schema of the ${request}`}
            hint="JSON Schema: how to call it. Directories skip resources without one."
            placeholder='{"type":"object","required":["city"],"properties":{"city":{"type":"string"}}}'
            {...json(request, 'schema')}
          />
          <TextAreaField
            label={hasBody ? 'Example of a body' : 'Example of a query'}
            hint="JSON that the schema allows."
            placeholder='{"city":"Rome"}'
            {...json(request, 'example')}
          />
          <TextAreaField
            label="Example of the answer"
            hint="JSON. Agents choose by what they see here."
            placeholder='{"rain":true}'
            {...json('output', 'example')}
          />
        </>
      )}
    </>
  )
}
