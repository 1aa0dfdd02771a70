/** What moves the state machine: its thread, the connection to the master, leadership among several Marathons. */
package io.gatun.marathon.runtime;
