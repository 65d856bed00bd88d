export { forwardRequest, forwardUpgrade, type ForwardTarget } from './forward-request'
export { startPages, type PagesProcess } from './start-pages'
