/** What is remembered: JSON records below one path in ZooKeeper. */
package io.gatun.marathon.store;
