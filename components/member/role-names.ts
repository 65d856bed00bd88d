import type { MemberRole } from '@/lib/auth'

export const roleNames: Record<MemberRole, string> = {
  owner: 'Owner',
  developer: 'Developer',
  finance: 'Finance',
  viewer: 'Viewer',
}
