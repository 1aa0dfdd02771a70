/** Marathon's REST API: requests to commands, snapshots to JSON. */
package io.gatun.marathon.api;
