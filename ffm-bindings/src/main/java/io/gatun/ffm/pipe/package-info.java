/** Pipes whose reader never waits, and data that goes from a pipe to a file without passing through this process. */
package io.gatun.ffm.pipe;
