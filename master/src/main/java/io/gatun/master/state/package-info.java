/**
 * The master as a deterministic state machine: {@link io.gatun.master.state.MasterState} applies commands one after
 * the other and returns effects; it reads no clock, does no I/O and draws no random numbers.
 */
package io.gatun.master.state;
