import { DetailSkeleton } from '@/components/list/list-skeleton'

export default DetailSkeleton
