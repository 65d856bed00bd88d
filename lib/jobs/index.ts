export { runTask, type TaskRun } from './run-task'
export { startLoop } from './start-loop'
export { startWatch } from './start-watch'
export { isTaskName, tasks, type TaskName } from './Task'
