/**
 * The agent: offers the node's resources to the leading master, runs tasks through the containerizer, checkpoints status
 * updates. One thread owns all state ({@link io.gatun.agent.AgentLoop}); what HTTP shows is an immutable snapshot.
 */
package io.gatun.agent;
