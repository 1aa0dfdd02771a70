/** From an offer and what waits for one to tasks: matching, ports, environment, TaskInfo. Pure. */
package io.gatun.marathon.launch;
