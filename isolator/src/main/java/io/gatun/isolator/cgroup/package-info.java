/** Limits and accounting: the {@code cgroups/*} isolators. */
package io.gatun.isolator.cgroup;
