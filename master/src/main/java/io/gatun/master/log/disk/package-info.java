/**
 * The journal of a replica on Chronicle Queue files. Chronicle Queue writes them; they are read by this package itself,
 * which believes nothing that a file says about itself: docs/replicated-log.md, "On disk".
 */
package io.gatun.master.log.disk;
