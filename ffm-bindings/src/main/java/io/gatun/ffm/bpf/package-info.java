/** bpf(2): instructions, loading, attaching to cgroups. */
package io.gatun.ffm.bpf;
