/** What tasks and their states mean, to whoever handles them. */
package io.gatun.mesos.task;
