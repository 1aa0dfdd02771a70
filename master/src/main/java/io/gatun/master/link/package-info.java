/** The master's side of the link between agents and the master; see agent_link.proto. */
package io.gatun.master.link;
