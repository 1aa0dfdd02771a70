/** The agent's part in user namespaces: maps of ids, and views of layers through them. */
package io.gatun.containerizer.userns;
