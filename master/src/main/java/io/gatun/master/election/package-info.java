/** Who leads: the contract, and its implementations. */
package io.gatun.master.election;
