export { runTask, type Ran } from './run-task'
export { startLoop } from './start-loop'
export { startWatch } from './start-watch'
export { isTaskName, tasks, type TaskName } from './Task'
