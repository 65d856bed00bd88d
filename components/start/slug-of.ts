const slugMax = 40

/** The slug that a name suggests; empty if the name has no letter of a slug. The server has the rules (MerchantDraft). */
export function slugOf(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, slugMax)
    .replace(/^-+|-+$/g, '')
}
