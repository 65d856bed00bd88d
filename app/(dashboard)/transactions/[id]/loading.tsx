import { DetailSkeleton } from '@/components/detail-skeleton'

export default DetailSkeleton
