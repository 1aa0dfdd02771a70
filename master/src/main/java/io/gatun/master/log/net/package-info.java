/**
 * How replicas talk: one TCP connection for each direction between two replicas, length-prefixed frames with a CRC32C,
 * all on the replica's own thread.
 */
package io.gatun.master.log.net;
