/** ZooKeeper's own server inside our process. */
package io.gatun.dist.zookeeper;
