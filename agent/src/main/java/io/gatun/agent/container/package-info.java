/** Containers that are asked for at the agent's own API: nested ones, standalone ones, sessions. */
package io.gatun.agent.container;
