/** Finding the leading master through ZooKeeper. */
package io.gatun.mesos.detector;
