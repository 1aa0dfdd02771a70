/** perf_event_open(2): counters of cgroups. */
package io.gatun.ffm.perf;
