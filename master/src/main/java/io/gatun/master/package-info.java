/** Offers, frameworks, agents, the registry log, election. */
package io.gatun.master;
