/** How names of tasks and frameworks become DNS names. */
package io.gatun.mesos.names;
