/** Isolators {@code cgroups/*}: pure functions from limits to the control files of a cgroup. */
package io.gatun.isolator.cgroup;
