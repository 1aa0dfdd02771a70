/** Offers the node, runs tasks through the containerizer, checkpoints status updates. */
package io.gatun.agent;
