package io.gatun.isolator;

import java.util.regex.Pattern;

/**
 * What a container may read from and write to one block device; io.max in cgroup-v2.rst, blkio.throttle.* in
 * cgroup-v1/blkio-controller.rst.
 *
 * @param device {@code MAJOR:MINOR} of a whole disk: the kernel does not throttle a partition
 * @param readBytesPerSecond 0 for no limit
 * @param writeBytesPerSecond 0 for no limit
 * @param readsPerSecond 0 for no limit; at most 2^32 - 1
 * @param writesPerSecond 0 for no limit; at most 2^32 - 1
 */
public record IoLimit(
        String device, long readBytesPerSecond, long writeBytesPerSecond, long readsPerSecond, long writesPerSecond) {
    private static final Pattern DEVICE = Pattern.compile("\\d{1,4}:\\d{1,7}");
    /** The kernel keeps operations a second in 32 bits, all ones of which mean "no limit". */
    private static final long MAX_OPERATIONS = 0xffff_fffeL;

    public IoLimit {
        Limits.require(DEVICE.matcher(device).matches(), "io", device, "must be MAJOR:MINOR of a block device");
        nonNegative(device, "rbps", readBytesPerSecond, Long.MAX_VALUE);
        nonNegative(device, "wbps", writeBytesPerSecond, Long.MAX_VALUE);
        nonNegative(device, "riops", readsPerSecond, MAX_OPERATIONS);
        nonNegative(device, "wiops", writesPerSecond, MAX_OPERATIONS);
        Limits.require(
                (readBytesPerSecond | writeBytesPerSecond | readsPerSecond | writesPerSecond) != 0,
                "io." + device,
                "0",
                "must limit something");
    }

    private static void nonNegative(String device, String name, long value, long max) {
        Limits.require(
                value >= 0 && value <= max, "io." + device + "." + name, value, "must be 0 (no limit) to " + max);
    }
}
