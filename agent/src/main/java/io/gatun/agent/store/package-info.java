/** What an agent keeps on disk: Mesos' layout of sandboxes and checkpoints, written so that a crash leaves no doubt. */
package io.gatun.agent.store;
