/** Committed appends of three nodes on loopback, each forcing to disk: the replicated log beside ZooKeeper and etcd. */
package io.gatun.bench.log;
