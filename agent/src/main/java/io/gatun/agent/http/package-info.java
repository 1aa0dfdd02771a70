/** The agent's HTTP interface: Mesos' old JSON endpoints, its v1 operator API, and the files of the sandboxes. */
package io.gatun.agent.http;
