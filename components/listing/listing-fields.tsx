'use client'

import { describedBy, Field } from '../ui/field'
import { Input, Textarea } from '../ui/input'
import { useHydrated } from '../use-hydrated'
import type { ListingState, Side } from './listing-state'

type Props = {
  listing: ListingState
  /** Whether requests of its method have a body. */
  hasBody: boolean
  /** An action's arguments are known: nobody has to describe them. */
  isAction: boolean
  /** By field: "listing.tags", "listing.body.schema". */
  errorOf: (field: string) => string | undefined
  onChange: (listing: ListingState, field: string) => void
}

/** What directories and agents are told beside name and description. */
export function ListingFields({ listing, hasBody, isAction, errorOf, onChange }: Props) {
  const ready = useHydrated()
  const control = (field: string) => ({
    id: `resource-listing.${field}`,
    ...describedBy(`resource-listing.${field}`, { hint: true, error: errorOf(`listing.${field}`) !== undefined }),
    readOnly: !ready,
    autoComplete: 'off',
    spellCheck: false,
  })
  const text = (field: 'serviceName' | 'tags' | 'iconUrl') => ({
    ...control(field),
    value: listing[field],
    onChange: (event: { target: { value: string } }) =>
      onChange({ ...listing, [field]: event.target.value }, `listing.${field}`),
  })
  const json = (side: Side, part: 'schema' | 'example', label: string, hint: string, placeholder: string) => (
    <Field id={`resource-listing.${side}.${part}`} label={label} hint={hint} error={errorOf(`listing.${side}.${part}`)}>
      <Textarea
        {...control(`${side}.${part}`)}
        value={listing[side][part]}
        onChange={(event) =>
          onChange({ ...listing, [side]: { ...listing[side], [part]: event.target.value } }, `listing.${side}.${part}`)
        }
        rows={listing[side][part] === '' ? 2 : 5}
        placeholder={placeholder}
        className="font-mono text-xs"
      />
    </Field>
  )
  const asked: Side = hasBody ? 'body' : 'query'
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          id="resource-listing.serviceName"
          label="Service name"
          hint="Who offers it, at most 32 plain characters."
          error={errorOf('listing.serviceName')}
        >
          <Input {...text('serviceName')} placeholder="Acme Weather" />
        </Field>
        <Field
          id="resource-listing.tags"
          label="Tags"
          hint="At most five, separated by commas."
          error={errorOf('listing.tags')}
        >
          <Input {...text('tags')} placeholder="weather, forecast" />
        </Field>
      </div>
      <Field
        id="resource-listing.iconUrl"
        label="Icon"
        hint="An https address. Directories load it, this server never does."
        error={errorOf('listing.iconUrl')}
      >
        <Input {...text('iconUrl')} placeholder="https://example.com/icon.png" inputMode="url" />
      </Field>
      {!isAction && (
        <>
          {json(
            asked,
            'schema',
            hasBody ? 'Schema of the body' : 'Schema of the query',
            'JSON Schema: how it is called. Directories skip what does not say.',
            '{"type":"object","required":["city"],"properties":{"city":{"type":"string"}}}',
          )}
          {json(
            asked,
            'example',
            hasBody ? 'Example of a body' : 'Example of a query',
            'JSON that the schema allows.',
            '{"city":"Rome"}',
          )}
          {json('output', 'example', 'Example of the answer', 'JSON: agents choose by what they see.', '{"rain":true}')}
        </>
      )}
    </>
  )
}
