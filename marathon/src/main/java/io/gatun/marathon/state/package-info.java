/** The single writer: desired apps, their instances and the deployments between; commands and events in, calls out. */
package io.gatun.marathon.state;
