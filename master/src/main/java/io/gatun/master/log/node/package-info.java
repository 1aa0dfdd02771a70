/**
 * A replica of the log as a part of a process: {@link io.gatun.master.log.node.LogNode} gives the protocol its thread, its
 * clock, its disk and its connections.
 */
package io.gatun.master.log.node;
