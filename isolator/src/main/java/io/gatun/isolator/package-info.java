/** Pure functions from a container configuration to launch-plan rows. */
package io.gatun.isolator;
