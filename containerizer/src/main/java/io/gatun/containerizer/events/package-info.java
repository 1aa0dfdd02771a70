/** One thread that waits for descriptors and for time to pass. */
package io.gatun.containerizer.events;
