/** The cluster as the master's operator event stream tells it. */
package io.gatun.mesos.operator;
