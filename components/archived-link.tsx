import { IntentLink } from './intent-link'

type Props = {
  /** The path of the list. */
  path: string
  isArchived: boolean
}

/** Switches a list between what is in use and what is archived. */
export function ArchivedLink({ path, isArchived }: Props) {
  return (
    <p className="mt-3 text-xs text-muted-foreground">
      {isArchived && 'Archived. '}
      <IntentLink
        href={isArchived ? path : `${path}?archived=1`}
        className="rounded-sm underline-offset-2 hover:text-foreground hover:underline"
      >
        {isArchived ? 'Show what is in use' : 'Show archived'}
      </IntentLink>
    </p>
  )
}
