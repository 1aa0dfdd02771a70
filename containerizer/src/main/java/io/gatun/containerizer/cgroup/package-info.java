/** What the kernel tells of cgroups: counters, pressure, OOM kills; device programs. */
package io.gatun.containerizer.cgroup;
