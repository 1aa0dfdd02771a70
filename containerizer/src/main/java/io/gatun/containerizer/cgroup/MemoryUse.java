package io.gatun.containerizer.cgroup;

/**
 * More of a container's memory, in bytes; "Memory" in cgroup-v2.rst, cgroup-v1/memory.rst. What the host does not
 * count is 0.
 *
 * @param softLimitBytes memory.low, 0 for none
 * @param peakBytes most that was ever charged, memory.peak (Linux 5.19), v1 memory.max_usage_in_bytes
 * @param withSwapBytes memory and swap together
 * @param swapBytes of it swapped out
 * @param kernelBytes the kernel's own for it, v1 memory.kmem.usage_in_bytes
 * @param tcpBytes buffers of sockets
 * @param mappedFileBytes page cache that is mapped
 * @param shmemBytes tmpfs and shared memory
 * @param unevictableBytes locked
 * @param atLimit times that it reached its limit: memory.events max, v1 memory.failcnt
 * @param oomKills processes that the OOM killer ended
 */
public record MemoryUse(
        long softLimitBytes,
        long peakBytes,
        long withSwapBytes,
        long swapBytes,
        long kernelBytes,
        long tcpBytes,
        long mappedFileBytes,
        long shmemBytes,
        long unevictableBytes,
        long atLimit,
        long oomKills) {
    /** Nothing counted. */
    public static final MemoryUse NONE = new MemoryUse(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}
