/** The thread that owns the state, its clock, and the streams that effects go to. */
package io.gatun.master.runtime;
